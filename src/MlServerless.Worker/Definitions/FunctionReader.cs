using System.Reflection;

namespace MlServerless.Worker.Definitions;

/// <summary>Reads a function from a method; every rule that is broken becomes one error that says how to mend it.</summary>
internal sealed class FunctionReader(List<string> errors)
{
    private static readonly Dictionary<string, FunctionKind> Triggers = new()
    {
        [KnownTypes.HttpTrigger] = FunctionKind.Http,
        [KnownTypes.QueueTrigger] = FunctionKind.Queue,
        [KnownTypes.TimerTrigger] = FunctionKind.Timer,
        [KnownTypes.OrchestrationTrigger] = FunctionKind.Orchestration,
        [KnownTypes.ActivityTrigger] = FunctionKind.Activity,
    };

    private string place = "";

    /// <summary>Null when the method is no function or a wrong one.</summary>
    public FunctionDefinition? Read(MethodInfo method)
    {
        var attribute = Find(method.GetCustomAttributesData(), KnownTypes.Function);
        if (attribute is null)
        {
            return null;
        }

        var before = errors.Count;
        place = $"{method.DeclaringType?.FullName}.{method.Name}";
        var name = attribute.ConstructorArguments[0].Value as string ?? "";
        place = $"Function '{name}' ({place})";
        CheckName(name);
        CheckMethod(method);

        var triggers = method.GetParameters()
            .Select(p => (Parameter: p, Attribute: p.GetCustomAttributesData().FirstOrDefault(a => Triggers.ContainsKey(a.AttributeType.FullName ?? ""))))
            .Where(t => t.Attribute is not null)
            .ToList();
        if (triggers.Count != 1)
        {
            Error($"has {triggers.Count} parameters with a trigger attribute; it needs exactly one of [HttpTrigger], [QueueTrigger], [TimerTrigger], [OrchestrationTrigger], [ActivityTrigger].");
            return null;
        }

        var (trigger, data) = triggers[0];
        var kind = Triggers[data!.AttributeType.FullName!];
        var http = kind == FunctionKind.Http ? ReadHttp(data, name) : null;
        var (task, shape, resultType) = ReadResult(method, kind);
        var definition = new FunctionDefinition
        {
            Name = name,
            Kind = kind,
            Method = method,
            Parameters = [.. method.GetParameters().Select(p => ReadParameter(p, p.Position == trigger.Position, kind, http)).OfType<FunctionParameter>()],
            Task = task,
            Result = shape,
            ResultType = resultType,
            Http = http,
            Queue = kind == FunctionKind.Queue ? ReadQueue(data) : null,
            Timer = kind == FunctionKind.Timer ? ReadTimer(data) : null,
        };
        return errors.Count == before ? definition : null;
    }

    public static CustomAttributeData? Find(IEnumerable<CustomAttributeData> attributes, string fullName)
        => attributes.FirstOrDefault(a => a.AttributeType.FullName == fullName);

    private void Error(string message) => errors.Add($"{place} {message}");

    private void CheckName(string name)
    {
        if (name.Length is 0 or > 127 || !char.IsAsciiLetter(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            Error("has a name that the host refuses: use a letter, then letters, digits, '_' or '-', at most 127 in all.");
        }
    }

    private void CheckMethod(MethodInfo method)
    {
        var type = method.DeclaringType!;
        if (!method.IsPublic || method.IsStatic || method.IsAbstract || method.IsGenericMethodDefinition)
        {
            Error("must be a public instance method without type parameters.");
        }

        if (!type.IsVisible || type.IsAbstract || type.ContainsGenericParameters || type.IsValueType)
        {
            Error("must stand in a public, constructible class without type parameters.");
        }
    }

    private HttpTriggerDefinition ReadHttp(CustomAttributeData data, string name)
    {
        string[] levels = ["anonymous", "function", "admin"];
        var level = Convert.ToInt32(data.ConstructorArguments[0].Value, System.Globalization.CultureInfo.InvariantCulture);
        if (level < 0 || level >= levels.Length)
        {
            Error($"has an unknown authorization level {level}.");
            level = levels.Length - 1;
        }

        var methods = data.ConstructorArguments[1].Value is IReadOnlyCollection<CustomAttributeTypedArgument> list
            ? list.Select(a => a.Value as string ?? "").ToArray()
            : [];
        if (methods.Any(m => m.Length == 0 || !m.All(char.IsAsciiLetterLower)))
        {
            Error("has an HTTP method that is not all lower-case letters.");
        }

        var route = Named(data, "Route") as string ?? name;
        if (route.Length == 0 || route[0] == '/' || route[^1] == '/')
        {
            Error("has a route that is empty or begins or ends with '/'; the path / itself answers the host's readiness probe.");
        }

        var first = route.Split('/')[0];
        if (first.Equals("admin", StringComparison.OrdinalIgnoreCase) || first.Equals("runtime", StringComparison.OrdinalIgnoreCase))
        {
            Error($"has a route below '{first}', which the host keeps for itself.");
        }

        var maxBody = Named(data, "MaxBodyBytes") as long? ?? HttpTriggerDefinition.DefaultMaxBodyBytes;
        if (maxBody <= 0)
        {
            Error("has a MaxBodyBytes that is not positive.");
        }

        return new HttpTriggerDefinition(levels[level], methods, new RouteTemplate(route), maxBody);
    }

    private QueueTriggerDefinition ReadQueue(CustomAttributeData data)
    {
        var queue = data.ConstructorArguments[0].Value as string ?? "";
        if (queue.Length == 0)
        {
            Error("has an empty queue name.");
        }

        return new QueueTriggerDefinition(queue, Named(data, "Connection") as string);
    }

    private TimerTriggerDefinition ReadTimer(CustomAttributeData data)
    {
        var schedule = data.ConstructorArguments[0].Value as string ?? "";
        var isSetting = schedule.Length > 2 && schedule[0] == '%' && schedule[^1] == '%';
        if (!isSetting && schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != 6)
        {
            Error($"has the schedule '{schedule}'; it must be NCRONTAB with six fields (seconds first) or %SETTING%.");
        }

        return new TimerTriggerDefinition(schedule);
    }

    private static object? Named(CustomAttributeData data, string name)
        => data.NamedArguments.Where(a => a.MemberName == name).Select(a => a.TypedValue.Value).FirstOrDefault();

    private FunctionParameter? ReadParameter(ParameterInfo parameter, bool isTrigger, FunctionKind kind, HttpTriggerDefinition? http)
    {
        var type = parameter.ParameterType;
        ParameterRole? role = (kind, isTrigger) switch
        {
            _ when type.IsByRef || type.IsPointer => null,
            (FunctionKind.Http, _) when KnownTypes.Is(type, KnownTypes.HttpRequest) => ParameterRole.HttpRequest,
            (FunctionKind.Http, _) when KnownTypes.Is(type, KnownTypes.HttpContext) => ParameterRole.HttpContext,
            (FunctionKind.Http, true) => null,
            (FunctionKind.Timer, true) => KnownTypes.Is(type, KnownTypes.TimerInfo) ? ParameterRole.Trigger : null,
            (FunctionKind.Orchestration, true) => KnownTypes.Is(type, KnownTypes.OrchestrationContext) ? ParameterRole.Trigger : null,
            (FunctionKind.Orchestration, false) => null,
            (_, true) => CanBeRead(type) ? ParameterRole.Trigger : null,
            _ when KnownTypes.Is(type, KnownTypes.CancellationToken) => ParameterRole.Cancellation,
            _ when KnownTypes.Is(type, KnownTypes.Context) => ParameterRole.Context,
            (FunctionKind.Http, false) when KnownTypes.Is(type, "System.String") && IsRouteValue(parameter, http) => ParameterRole.RouteValue,
            _ => null,
        };
        if (role is null)
        {
            Error($"has a parameter '{type.Name} {parameter.Name}' that cannot be bound. {Expected(kind)}");
            return null;
        }

        return new FunctionParameter(parameter, role.Value);
    }

    private static bool IsRouteValue(ParameterInfo parameter, HttpTriggerDefinition? http)
        => http is not null && http.Route.ParameterNames.Contains(parameter.Name, StringComparer.OrdinalIgnoreCase);

    private static string Expected(FunctionKind kind) => kind switch
    {
        FunctionKind.Http => "An HTTP function takes HttpRequest or HttpContext with the trigger, and may take strings named like its route's parameters, a FunctionContext and a CancellationToken.",
        FunctionKind.Queue => "A queue function takes QueueMessage, string or a JSON type with the trigger, and may take a FunctionContext and a CancellationToken.",
        FunctionKind.Timer => "A timer function takes TimerInfo with the trigger, and may take a FunctionContext and a CancellationToken.",
        FunctionKind.Orchestration => "An orchestrator takes TaskOrchestrationContext and nothing else.",
        _ => "An activity takes a JSON type with the trigger, and may take a FunctionContext and a CancellationToken.",
    };

    private static bool CanBeRead(Type type)
        => !type.IsGenericParameter
           && !KnownTypes.IsA(type, "System.Delegate")
           && !KnownTypes.IsA(type, "System.IO.Stream")
           && !KnownTypes.IsA(type, "System.IO.TextReader")
           && !KnownTypes.IsA(type, "System.Threading.Tasks.Task")
           && !KnownTypes.Is(type, KnownTypes.CancellationToken)
           && !KnownTypes.Is(type, KnownTypes.Context)
           && !KnownTypes.Is(type, KnownTypes.TimerInfo)
           && !KnownTypes.IsA(type, KnownTypes.OrchestrationContext)
           && !KnownTypes.IsA(type, KnownTypes.HttpRequest)
           && !KnownTypes.IsA(type, KnownTypes.HttpContext)
           && !KnownTypes.IsA(type, KnownTypes.HttpResult);

    private (TaskShape Task, ResultShape Shape, Type Type) ReadResult(MethodInfo method, FunctionKind kind)
    {
        var declared = method.ReturnType;
        var definition = declared.IsGenericType ? declared.GetGenericTypeDefinition().FullName : declared.FullName;
        var (task, type) = definition switch
        {
            "System.Threading.Tasks.Task`1" => (TaskShape.Task, declared.GetGenericArguments()[0]),
            "System.Threading.Tasks.ValueTask`1" => (TaskShape.ValueTask, declared.GetGenericArguments()[0]),
            "System.Threading.Tasks.Task" => (TaskShape.Task, null),
            "System.Threading.Tasks.ValueTask" => (TaskShape.ValueTask, null),
            "System.Void" => (TaskShape.None, null),
            _ => (TaskShape.None, declared),
        };
        var isAsyncVoid = task == TaskShape.None && type is null
            && Find(method.GetCustomAttributesData(), "System.Runtime.CompilerServices.AsyncStateMachineAttribute") is not null;
        ResultShape? shape = kind switch
        {
            _ when isAsyncVoid => null,
            FunctionKind.Http => type is not null && KnownTypes.IsA(type, KnownTypes.HttpResult) ? ResultShape.HttpResult : null,
            FunctionKind.Queue or FunctionKind.Timer => type is null ? ResultShape.Nothing : KnownTypes.Is(type, KnownTypes.Starts) ? ResultShape.Starts : null,
            FunctionKind.Orchestration when task != TaskShape.Task => null,
            _ => type is null ? ResultShape.Nothing : type.IsByRef || type.IsPointer || !CanBeRead(type) ? null : ResultShape.Value,
        };
        if (shape is null)
        {
            Error($"returns '{declared.Name}', which it cannot. " + kind switch
            {
                _ when isAsyncVoid => "Return a Task: the end of an 'async void' method cannot be awaited.",
                FunctionKind.Http => "An HTTP function returns IResult or Task<IResult>.",
                FunctionKind.Queue or FunctionKind.Timer => "It returns nothing, Task, OrchestrationStarts or Task<OrchestrationStarts>.",
                FunctionKind.Orchestration => "An orchestrator returns Task or Task<T>.",
                _ => "An activity returns nothing, a JSON type, Task or Task<T> of one.",
            });
        }

        return (task, shape ?? ResultShape.Nothing, type ?? declared);
    }
}
