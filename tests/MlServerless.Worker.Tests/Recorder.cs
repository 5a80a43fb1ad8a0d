using System.Collections.Concurrent;

namespace MlServerless.Worker.Tests;

/// <summary>What functions of the tests were called with.</summary>
public sealed class Recorder
{
    public ConcurrentQueue<object?> Values { get; } = new();

    public object? Single() => Assert.Single(Values);

    public void Add(object? value) => Values.Enqueue(value);
}
