// Alerts: queries on the events that the app writes to its log. The queries are in ../queries; docs/telemetry.md lists the events.
param location string
param tags object
param workspaceId string

@description('Empty: alerts are raised, and nobody is written to.')
param email string

// An alert fires when the query's figure, summed over the window, is on the wrong side of the threshold. What happens once (lasting: false) is told once and
// closed by people: that no second event follows does not mean that the matter is settled. What lasts ends by itself.
var rules = [
  {
    name: 'run-failed-or-lost'
    title: 'A run failed or was lost'
    text: 'GET /api/runs/{id} says where and why. The champion stays as it was.'
    query: loadTextContent('../queries/run-failed-or-lost.kql')
    measure: 'Runs'
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
    window: 'PT15M'
    frequency: 'PT5M'
    lasting: false
  }
  {
    name: 'poison-message'
    title: 'A queue message was given up'
    text: 'A message failed five times: storage was out of reach for long, or there is a defect. See docs/operations.md, poison queues.'
    query: loadTextContent('../queries/poison-message.kql')
    measure: 'Messages'
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
    window: 'PT15M'
    frequency: 'PT5M'
    lasting: true
  }
  {
    name: 'drift-open'
    title: 'A model sees other data than it was trained on'
    text: 'GET /api/models/{name}/drift names the features and how far they moved.'
    query: loadTextContent('../queries/drift-open.kql')
    measure: 'Models'
    operator: 'GreaterThan'
    threshold: 0
    severity: 3
    window: 'PT1H'
    frequency: 'PT15M'
    lasting: false
  }
  {
    name: 'error-rate'
    title: 'More than one HTTP call in a hundred fails'
    text: 'Calls that ended with a status of 500 or more, in percent. The log holds the cause under the trace id that the caller was given.'
    query: loadTextContent('../queries/error-rate.kql')
    measure: 'Percent'
    operator: 'GreaterThan'
    threshold: 1
    severity: 1
    window: 'PT15M'
    frequency: 'PT5M'
    lasting: true
  }
  {
    name: 'data-overdue'
    title: 'Data that was promised did not come'
    text: 'GET /api/alerts?state=open names pipeline, owner and since when.'
    query: loadTextContent('../queries/data-overdue.kql')
    measure: 'Pipelines'
    operator: 'GreaterThan'
    threshold: 0
    severity: 2
    window: 'PT15M'
    frequency: 'PT5M'
    lasting: false
  }
  {
    name: 'no-heartbeat'
    title: 'The app shows no life'
    text: 'Its timer writes a heartbeat every five minutes. The host does not start, the app does not start, or its telemetry does not arrive.'
    query: loadTextContent('../queries/no-heartbeat.kql')
    measure: 'Beats'
    operator: 'LessThan'
    threshold: 1
    severity: 1
    window: 'PT30M'
    frequency: 'PT15M'
    lasting: true
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'mlserverless-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'mlserverless'
    enabled: true
    emailReceivers: [
      {
        name: 'owner'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [for rule in rules: {
  name: rule.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: rule.title
    description: rule.text
    enabled: true
    severity: rule.severity
    scopes: [workspaceId]
    evaluationFrequency: rule.frequency
    windowSize: rule.window
    autoMitigate: rule.lasting
    muteActionsDuration: rule.lasting ? null : rule.window
    // A new workspace does not know the table yet that the query asks; the tests run every query.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          metricMeasureColumn: rule.measure
          timeAggregation: 'Total'
          operator: rule.operator
          threshold: rule.threshold
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: empty(email) ? [] : [people.id]
    }
  }
}]
