namespace MlServerless.Worker.Definitions;

internal enum ParameterRole
{
    Trigger,
    HttpRequest,
    HttpContext,
    RouteValue,
    Context,
    Cancellation,
}
