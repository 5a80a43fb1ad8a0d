namespace MlServerless.DevHost.Durable;

/// <summary>Names an activity or a timer of one execution.</summary>
internal readonly record struct WorkKey(string InstanceId, string ExecutionId, int Id);
