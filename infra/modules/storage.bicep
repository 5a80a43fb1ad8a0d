// The storage account: all state there is. Layout and meaning: docs/architecture.md.
param name string
param location string
param tags object
param skuName string
param uploadVersionDays int
param promotionHeadDays int

@description('The policy was locked: it can be extended by hand and by nothing else, so it is left alone.')
param promotionHeadsLocked bool

@description('Refuse what does not come through a private endpoint or from a trusted service (blob events).')
param isPrivate bool

var uploadContainer = 'incoming'
var deploymentContainer = 'app-package'
var batchContainer = 'batches'
var promotionHeads = 'promotion-heads'
var eventQueue = 'dataset-events'
var containers = [uploadContainer, deploymentContainer, 'store', 'pipelines', 'monitoring', 'checkpoints', batchContainer]
var queues = [eventQueue, '${eventQueue}-poison', 'commands', 'commands-poison', 'model-events']
var tables = ['registry', 'runs', 'data', 'monitoring']

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: skuName }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      // An upload that is overwritten during its run can still be read to the end.
      isVersioningEnabled: true
      deleteRetentionPolicy: { enabled: true, days: 14 }
      containerDeleteRetentionPolicy: { enabled: true, days: 14 }
    }

    resource container 'containers' = [for container in containers: {
      name: container
      properties: { publicAccess: 'None' }
    }]

    // Heads of promotion logs: the app adds them, and nobody, the app included, changes or deletes one before its time.
    resource heads 'containers' = {
      name: promotionHeads
      properties: { publicAccess: 'None' }

      resource policy 'immutabilityPolicies' = if (!promotionHeadsLocked) {
        name: 'default'
        properties: {
          immutabilityPeriodSinceCreationInDays: promotionHeadDays
          allowProtectedAppendWrites: true
        }
      }
    }
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for queue in queues: { name: queue }]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for table in tables: { name: table }]
  }
}

// For uploads and sketches alone. What is in the store goes only by the app's own mark and sweep.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'drop-old-versions-of-sketches'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['monitoring/'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: 1 } } }
          }
        }
        {
          name: 'drop-old-versions-of-uploads'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['${uploadContainer}/'] }
            actions: { version: { delete: { daysAfterCreationGreaterThan: uploadVersionDays } } }
          }
        }
      ]
    }
  }
  dependsOn: [account::blobs]
}

output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
output uploadContainer string = uploadContainer
output batchContainer string = batchContainer
output deploymentContainer string = deploymentContainer
output eventQueue string = eventQueue
