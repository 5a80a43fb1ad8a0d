namespace MlServerless.DevHost.Configuration;

/// <param name="Connection">The name of the setting that holds the connection string; null = <c>AzureWebJobsStorage</c>.</param>
internal sealed record QueueBindingSettings(string QueueName, string? Connection);
