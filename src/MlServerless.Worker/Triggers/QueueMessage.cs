namespace MlServerless.Worker;

/// <summary>A message of a storage queue.</summary>
/// <param name="Text">The message's text as it was sent, decoded by the host.</param>
/// <param name="Id">
/// The message's id as the host reports it. The host lets top-level members of a JSON message override it: fit for a log,
/// not for a decision.
/// </param>
/// <param name="DequeueCount">How often the message was delivered, 1 at first; the remark on <paramref name="Id"/> holds. 0 when unknown.</param>
public sealed record QueueMessage(string Text, string Id, int DequeueCount);
