// One page on runs, predictions, data and costs of telemetry, in the portal under Workbooks.
param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(resourceGroup().id, 'mlserverless-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'MlServerless'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
    version: '1.0'
  }
}
