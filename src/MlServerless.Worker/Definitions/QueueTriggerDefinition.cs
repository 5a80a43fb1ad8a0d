namespace MlServerless.Worker.Definitions;

internal sealed record QueueTriggerDefinition(string QueueName, string? Connection);
