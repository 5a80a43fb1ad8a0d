using System.Collections.Immutable;

namespace MlServerless.Worker;

/// <summary>
/// What a queue or timer function returns to start orchestrations, through the durableClient output binding. The host fails the call
/// (and so delivers a queue message again) when an instance of that id is running; an instance that has ended is
/// silently started again.
/// </summary>
public sealed class OrchestrationStarts
{
    private OrchestrationStarts(ImmutableArray<OrchestrationStart> items) => Items = items;

    /// <summary>Starts nothing.</summary>
    public static OrchestrationStarts None { get; } = new([]);

    public IReadOnlyList<OrchestrationStart> Items { get; }

    /// <summary>Starts one orchestration.</summary>
    /// <exception cref="ArgumentException">The function's name is empty or the id is not fit for an instance.</exception>
    public static OrchestrationStarts Of<T>(string function, string instanceId, T input)
        => None.And(function, instanceId, input);

    /// <summary>Starts what this one starts and one more.</summary>
    /// <exception cref="ArgumentException">The function's name is empty or the id is not fit for an instance.</exception>
    public OrchestrationStarts And<T>(string function, string instanceId, T input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function);
        ThrowIfUnfit(instanceId);
        return new([.. Items, new OrchestrationStart(function, instanceId, input, typeof(T))]);
    }

    private static void ThrowIfUnfit(string instanceId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(instanceId);
        if (instanceId.Length > 100 || instanceId[0] == '@' || instanceId.AsSpan().ContainsAny("/\\#?") || instanceId.Any(char.IsControl))
        {
            throw new ArgumentException(
                $"'{instanceId}' cannot be the id of an orchestration: use 1 to 100 characters without '/', '\\', '#', '?' and control characters, not beginning with '@'.",
                nameof(instanceId));
        }
    }
}
