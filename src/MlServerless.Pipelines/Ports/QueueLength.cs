namespace MlServerless.Pipelines.Ports;

/// <param name="Messages">About how many: the service counts them now and then.</param>
public sealed record QueueLength(string Queue, long Messages);
