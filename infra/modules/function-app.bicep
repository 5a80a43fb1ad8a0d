// The function app: a custom handler on Flex Consumption.
param name string
param planName string
param location string
param tags object
param identityId string
param identityClientId string
param blobEndpoint string
param queueEndpoint string
param tableEndpoint string
param deploymentContainer string
param insightsConnectionString string
param instanceMemoryMB int
param maximumInstanceCount int
param alwaysReadyHttp int
param alwaysReadyPipelines int

@secure()
param appSettings object

@description('Client id of the app registration whose tokens open the API; empty for function keys.')
param authClientId string

@description('Subnet that the app speaks to storage from; empty for the public network.')
param subnetId string

// The platform scales HTTP as one group and all durable functions as another.
var alwaysReady = concat(
  alwaysReadyHttp > 0 ? [{ name: 'http', instanceCount: alwaysReadyHttp }] : [],
  alwaysReadyPipelines > 0 ? [{ name: 'durable', instanceCount: alwaysReadyPipelines }] : []
)

// What a step and the loaded models may take of an instance that the Functions host shares.
var memory = {
  '512': { MlServerless__MemoryBudget: '150000000', MlServerless__ModelMemory: '60000000' }
  '2048': { MlServerless__MemoryBudget: '1200000000', MlServerless__ModelMemory: '400000000' }
  '4096': { MlServerless__MemoryBudget: '2600000000', MlServerless__ModelMemory: '1000000000' }
}

// This is the whole set: whatever is not here does not exist in the app.
// Flex Consumption sets the worker runtime itself and refuses the settings of the older plans.
var settings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__tableServiceUri: tableEndpoint
  AZURE_CLIENT_ID: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    clientAffinityEnabled: false
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
      runtime: {
        name: 'custom'
        version: '1.0'
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      appSettings: [for setting in items(union(memory[string(instanceMemoryMB)], appSettings, settings)): {
        name: setting.key
        value: setting.value
      }]
    }
  }
}

// Neither password nor profile opens the site that takes packages; only identities do.
resource noPasswords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [for kind in ['scm', 'ftp']: {
  parent: app
  name: kind
  properties: { allow: false }
}]

// Built-in authentication: tokens of one app registration, whose roles read, predict and operate the app checks itself.
// The durable extension's own calls come with a key, and probes come with nothing.
resource authentication 'Microsoft.Web/sites/config@2024-04-01' = if (!empty(authClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/runtime/webhooks/*', '/health', '/health/live', '/health/ready', '/ping', '/version', '/v2', '/v2/health/live', '/v2/health/ready', '/api/schemas/pipeline.json']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: authClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [authClientId, 'api://${authClientId}']
        }
      }
    }
    httpSettings: { requireHttps: true }
    login: { tokenStore: { enabled: false } }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
