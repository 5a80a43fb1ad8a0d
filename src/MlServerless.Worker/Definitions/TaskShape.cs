namespace MlServerless.Worker.Definitions;

/// <summary>What a function's method wraps its result in.</summary>
internal enum TaskShape
{
    None,
    Task,
    ValueTask,
}
