// Everything that MlServerless needs in a subscription: one resource group with a storage account,
// a function app on Flex Consumption, an identity, blob events, telemetry and alerts. No keys anywhere.
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the environment, as given to azd. Names of resources are derived from it.')
param environmentName string

@minLength(1)
@description('Region of all resources. It must offer Flex Consumption.')
param location string

@description('Object id of the person or service that deploys. It may then upload data and read results. Empty: nobody but the app.')
param principalId string = ''

@allowed(['User', 'ServicePrincipal', 'Group'])
@description('What kind of principal principalId is.')
param principalType string = 'User'

@allowed([512, 2048, 4096])
@description('Memory of an instance in MB, shared by the app and the Functions host.')
param instanceMemoryMB int = 2048

@minValue(40)
@maxValue(1000)
@description('The most instances that the app may scale out to.')
param maximumInstanceCount int = 100

@minValue(0)
@maxValue(20)
@description('Instances kept warm for HTTP. 0 costs nothing while nobody asks.')
param alwaysReadyHttp int = 0

@minValue(0)
@maxValue(20)
@description('Instances kept warm for pipelines. 0 costs nothing while nothing runs.')
param alwaysReadyPipelines int = 0

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS'])
@description('How the storage account is replicated. All state is in it.')
param storageSku string = 'Standard_LRS'

@minValue(1)
@maxValue(3650)
@description('Days for which the version of an upload that was overwritten or deleted is kept.')
param uploadVersionDays int = 30

@minValue(1)
@maxValue(146000)
@description('Days for which a head of the promotion log can be neither changed nor deleted.')
param promotionHeadDays int = 365

@description('Whether the immutability of the heads of promotion logs was locked by hand. A locked policy takes no deployment any more.')
param promotionHeadsLocked bool = false

@minValue(30)
@maxValue(730)
@description('Days for which telemetry is kept.')
param logRetentionDays int = 30

@minValue(-1)
@description('Most GB of telemetry a day; what comes after that is lost until the next day. -1: no limit.')
param logDailyCapGB int = -1

@description('Mail address that alerts go to. Empty: alerts are raised, and nobody is written to.')
param alertEmail string = ''

@description('Client id of the app registration whose tokens the API takes. Empty: function keys open the API.')
param authClientId string = ''

@description('Keep storage off the public network: the app reaches it through a virtual network of its own, people by a network that is peered with it.')
param privateNetwork bool = false

@description('Address range of the virtual network; its first two /24 are used.')
param networkAddressPrefix string = '10.71.0.0/16'

@secure()
@description('Settings of the app (docs/settings.md) by name, each a text. They are kept here: what is set by hand goes with the next deployment.')
param appSettings object = {}

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGB: logDailyCapGB
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    skuName: storageSku
    uploadVersionDays: uploadVersionDays
    promotionHeadDays: promotionHeadDays
    promotionHeadsLocked: promotionHeadsLocked
    isPrivate: privateNetwork
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
    storageName: storage.outputs.name
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    storageName: storage.outputs.name
    insightsName: monitoring.outputs.insightsName
    uploadContainer: storage.outputs.uploadContainer
    batchContainer: storage.outputs.batchContainer
    appPrincipalId: identity.outputs.principalId
    userPrincipalId: principalId
    userPrincipalType: principalType
  }
}

module events 'modules/events.bicep' = {
  scope: group
  params: {
    topicName: 'evgt-${token}'
    location: location
    tags: tags
    storageName: storage.outputs.name
    uploadContainer: storage.outputs.uploadContainer
    eventQueue: storage.outputs.eventQueue
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    deploymentContainer: storage.outputs.deploymentContainer
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    alwaysReadyPipelines: alwaysReadyPipelines
    appSettings: appSettings
    authClientId: authClientId
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
  }
  // The host cannot start before its identity may read the storage account.
  dependsOn: [roles]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

output AZURE_LOCATION string = location
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = app.outputs.name
output FUNCTION_APP_URL string = app.outputs.url
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output UPLOAD_CONTAINER_URL string = '${storage.outputs.blobEndpoint}${storage.outputs.uploadContainer}'
