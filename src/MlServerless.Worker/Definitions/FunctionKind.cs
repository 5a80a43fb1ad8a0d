namespace MlServerless.Worker.Definitions;

internal enum FunctionKind
{
    Http,
    Queue,
    Timer,
    Orchestration,
    Activity,
}
