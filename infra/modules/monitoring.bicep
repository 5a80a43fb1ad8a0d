// Where the Functions host sends the app's log lines, requests and metrics.
param workspaceName string
param insightsName string
param location string
param tags object
param retentionDays int

@description('-1: no limit.')
param dailyCapGB int

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGB }
    features: {
      enableLogAccessUsingOnlyResourcePermissions: true
      disableLocalAuth: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    // Only the app's identity may write; the instrumentation key alone opens nothing.
    DisableLocalAuth: true
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
// Holds the instrumentation key and addresses; without an identity it cannot be used to write.
output insightsConnectionString string = insights.properties.ConnectionString
