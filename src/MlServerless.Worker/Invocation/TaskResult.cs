using System.Reflection;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Turns what a method returned into a task of its result. Awaits on the caller's scheduler: an orchestrator's must not leave its own.
/// </summary>
internal abstract class TaskResult
{
    public abstract Task<object?> OfAsync(object? returned);

    public static TaskResult For(FunctionDefinition function)
    {
        if (function.Task == TaskShape.None)
        {
            return new Plain();
        }

        return function.Result == ResultShape.Nothing
            ? new Untyped(function.Place)
            : (TaskResult)Activator.CreateInstance(
                typeof(Typed<>).MakeGenericType(function.ResultType),
                BindingFlags.Instance | BindingFlags.Public,
                binder: null,
                [function.Place],
                culture: null)!;
    }

    private static InvalidOperationException NoTask(string place) => new($"{place} returned null instead of a task.");

    private sealed class Plain : TaskResult
    {
        public override Task<object?> OfAsync(object? returned) => Task.FromResult(returned);
    }

    private sealed class Untyped(string place) : TaskResult
    {
        public override async Task<object?> OfAsync(object? returned)
        {
            switch (returned)
            {
                case Task task:
                    await task;
                    return null;
                case ValueTask task:
                    await task;
                    return null;
                default:
                    throw NoTask(place);
            }
        }
    }

    private sealed class Typed<T>(string place) : TaskResult
    {
        public override async Task<object?> OfAsync(object? returned) => returned switch
        {
            Task<T> task => await task,
            ValueTask<T> task => await task,
            _ => throw NoTask(place),
        };
    }
}
