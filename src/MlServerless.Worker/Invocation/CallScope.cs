using System.Collections;

namespace MlServerless.Worker.Invocation;

/// <summary>What every log line of a call tells of the call.</summary>
internal sealed class CallScope(FunctionContext call, string? instanceId = null) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private readonly KeyValuePair<string, object?>[] members = instanceId is null
        ? [new("function", call.FunctionName), new("invocationId", call.InvocationId)]
        : [new("function", call.FunctionName), new("invocationId", call.InvocationId), new("instanceId", instanceId)];

    public int Count => members.Length;

    public KeyValuePair<string, object?> this[int index] => members[index];

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, object?>>)members).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
