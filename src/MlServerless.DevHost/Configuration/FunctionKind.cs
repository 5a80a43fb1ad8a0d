namespace MlServerless.DevHost.Configuration;

/// <summary>What sets a function off.</summary>
internal enum FunctionKind
{
    Http,
    Queue,
    Timer,
    Orchestration,
    Activity,
}
