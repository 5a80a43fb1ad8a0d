namespace MlServerless.Worker;

/// <summary>
/// The function is called for each message of a storage queue. The parameter is a <see cref="QueueMessage"/>, a string (the
/// text) or any other type, which is read from the text as JSON. An exception makes the message visible again; after
/// <c>maxDequeueCount</c> failures the host moves it to the poison queue.
/// </summary>
/// <param name="queueName">Name of the queue, or <c>%SETTING%</c>.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class QueueTriggerAttribute(string queueName) : Attribute
{
    public string QueueName { get; } = queueName;

    /// <summary>Name of the setting, or prefix of the settings, of the storage account; null means <c>AzureWebJobsStorage</c>.</summary>
    public string? Connection { get; set; }
}
