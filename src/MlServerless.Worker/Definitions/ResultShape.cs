namespace MlServerless.Worker.Definitions;

/// <summary>What a function's method gives back, apart from the task around it.</summary>
internal enum ResultShape
{
    Nothing,
    HttpResult,
    Starts,
    Value,
}
