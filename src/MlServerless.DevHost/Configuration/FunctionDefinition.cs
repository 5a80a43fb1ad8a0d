namespace MlServerless.DevHost.Configuration;

/// <summary>A function as its function.json declares it, checked, with every <c>%SETTING%</c> replaced.</summary>
internal sealed record FunctionDefinition
{
    public required string Name { get; init; }

    public required FunctionKind Kind { get; init; }

    public required FunctionBinding Trigger { get; init; }

    /// <summary>Input bindings beside the trigger.</summary>
    public IReadOnlyList<FunctionBinding> Inputs { get; init; } = [];

    public IReadOnlyList<FunctionBinding> Outputs { get; init; } = [];

    public HttpTriggerSettings? Http { get; init; }

    public QueueBindingSettings? Queue { get; init; }

    public TimerTriggerSettings? Timer { get; init; }

    /// <summary>Output queues by binding name.</summary>
    public IReadOnlyDictionary<string, QueueBindingSettings> QueueOutputs { get; init; } =
        new Dictionary<string, QueueBindingSettings>();

    /// <summary>One HTTP trigger in and one HTTP answer out: requests may be passed to the app as they are.</summary>
    public bool IsSimpleHttp => Kind == FunctionKind.Http && Inputs.Count == 0 && Outputs is [var only] && only.Is("http");
}
