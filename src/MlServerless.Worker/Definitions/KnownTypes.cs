namespace MlServerless.Worker.Definitions;

/// <summary>
/// Types by name: the build reads the app's assembly without loading it, where typeof() comparisons are false.
/// </summary>
internal static class KnownTypes
{
    public const string Function = "MlServerless.Worker.FunctionAttribute";
    public const string HttpTrigger = "MlServerless.Worker.HttpTriggerAttribute";
    public const string QueueTrigger = "MlServerless.Worker.QueueTriggerAttribute";
    public const string TimerTrigger = "MlServerless.Worker.TimerTriggerAttribute";
    public const string OrchestrationTrigger = "MlServerless.Worker.OrchestrationTriggerAttribute";
    public const string ActivityTrigger = "MlServerless.Worker.ActivityTriggerAttribute";
    public const string TimerInfo = "MlServerless.Worker.TimerInfo";
    public const string Context = "MlServerless.Worker.FunctionContext";
    public const string Starts = "MlServerless.Worker.OrchestrationStarts";
    public const string OrchestrationContext = "MlServerless.Worker.Durable.TaskOrchestrationContext";
    public const string HttpRequest = "Microsoft.AspNetCore.Http.HttpRequest";
    public const string HttpContext = "Microsoft.AspNetCore.Http.HttpContext";
    public const string HttpResult = "Microsoft.AspNetCore.Http.IResult";
    public const string CancellationToken = "System.Threading.CancellationToken";

    public static bool Is(Type type, string fullName) => type.FullName == fullName;

    /// <summary>True for the type itself and for all that derive from it or implement it.</summary>
    public static bool IsA(Type type, string fullName)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            if (t.FullName == fullName)
            {
                return true;
            }
        }

        return Array.Exists(type.GetInterfaces(), i => i.FullName == fullName);
    }
}
