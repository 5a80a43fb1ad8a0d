using System.Reflection;

namespace MlServerless.Worker.Definitions;

/// <summary>A function as its attributes and its signature say; read alike by the running worker and by the build.</summary>
internal sealed record FunctionDefinition
{
    public required string Name { get; init; }

    public required FunctionKind Kind { get; init; }

    public required MethodInfo Method { get; init; }

    public required IReadOnlyList<FunctionParameter> Parameters { get; init; }

    public required TaskShape Task { get; init; }

    public required ResultShape Result { get; init; }

    /// <summary>Type of the result without the task; void where there is none.</summary>
    public required Type ResultType { get; init; }

    public HttpTriggerDefinition? Http { get; init; }

    public QueueTriggerDefinition? Queue { get; init; }

    public TimerTriggerDefinition? Timer { get; init; }

    /// <summary>Name of the trigger's binding in function.json and in the host's calls.</summary>
    public string TriggerBinding => Kind == FunctionKind.Http ? "req" : Trigger.Name;

    public FunctionParameter Trigger => Parameters.First(p => p.Role is ParameterRole.Trigger or ParameterRole.HttpRequest or ParameterRole.HttpContext);

    public string Place => $"{Method.DeclaringType?.FullName}.{Method.Name}";
}
