using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlServerless.Functions.Http;
using MlServerless.Functions.Security;
using MlServerless.Worker;

namespace MlServerless.Functions.OpenApi;

/// <summary>
/// All HTTP functions as OpenAPI 3.1: paths, methods, keys and roles from the functions' attributes, parameters, bodies and answers from
/// <see cref="ApiOperation"/>s, schemas of records from how they are written.
/// </summary>
internal static partial class ApiDocument
{
    public const string KeyScheme = "key";
    private const string TokenScheme = "token";

    public static IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. PipelineOperations.All(), .. RunOperations.All(), .. DataOperations.All(), .. ModelOperations.All(), .. PredictionOperations.All(), .. WatchOperations.All(), .. TrialOperations.All(), .. ServerOperations.All(),
    ];

    /// <summary>The functions of an assembly that HTTP calls, in the order of their routes.</summary>
    public static IEnumerable<(MethodInfo Method, HttpTriggerAttribute Trigger)> Functions(Assembly assembly) => assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly))
        .Where(method => method.IsDefined(typeof(FunctionAttribute)))
        .Select(method => (method, method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
        .Where(found => found.Item2 is not null)
        .Select(found => (found.method, found.Item2!))
        .OrderBy(found => found.Item2.Route, StringComparer.Ordinal);

    public static JsonObject Build()
    {
        Dictionary<string, ApiOperation> described = Operations.ToDictionary(operation => operation.Function, StringComparer.Ordinal);
        var paths = new JsonObject();
        foreach ((MethodInfo method, HttpTriggerAttribute trigger) in Functions(typeof(ApiDocument).Assembly))
        {
            string name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
            string path = "/" + (trigger.Route ?? name);
            if (paths[path] is not JsonObject item)
                paths[path] = item = [];
            foreach (string verb in trigger.Methods)
                item[verb] = Operation(name, method, trigger, described[name]);
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject
            {
                ["title"] = "MlServerless",
                ["version"] = Product.Version,
                ["description"] = "Uploads become checked data versions, these models with a history, and these predictions. The calls of one model, with its columns and an example: /api/models/{name}/openapi.json.",
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = Components.All(),
                ["securitySchemes"] = new JsonObject
                {
                    [KeyScheme] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                    [TokenScheme] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["description"] = "Where the app is deployed with built-in authentication: a token with the role that a call needs." },
                },
            },
        };
    }

    private static JsonObject Operation(string name, MethodInfo method, HttpTriggerAttribute trigger, ApiOperation described)
    {
        bool isOpen = trigger.AuthLevel == AuthorizationLevel.Anonymous;
        var operation = new JsonObject
        {
            ["operationId"] = name,
            ["summary"] = described.Summary,
            ["tags"] = new JsonArray(Tag(method.DeclaringType!)),
        };
        if (RoleGuard.RoleOf(method) is { } role)
            operation["description"] = $"Needs the role '{role.ToString().ToLowerInvariant()}' where roles are used.";
        JsonNode[] parameters =
        [
            .. PathParameter().Matches(trigger.Route ?? name).Select(match => InPath(trigger.Route!, match.Groups[1].Value)),
            .. described.Parameters.Select(parameter => Parameter(parameter.Name, parameter.In, false, parameter.Schema, parameter.Description)),
        ];
        if (parameters.Length > 0)
            operation["parameters"] = new JsonArray(parameters);
        if (described.Body is { } body)
        {
            var content = new JsonObject { [ApiAnswer.Json] = new JsonObject { ["schema"] = body.Schema.DeepClone() } };
            foreach (string mediaType in body.OtherMediaTypes)
                content[mediaType] = new JsonObject { ["schema"] = Schema.Text };
            operation["requestBody"] = new JsonObject { ["required"] = body.IsRequired, ["content"] = content };
        }

        operation["responses"] = Responses(trigger, described, isOpen);
        operation["security"] = isOpen ? new JsonArray() : new JsonArray(new JsonObject { [KeyScheme] = new JsonArray() }, new JsonObject { [TokenScheme] = new JsonArray() });
        return operation;
    }

    private static JsonObject Responses(HttpTriggerAttribute trigger, ApiOperation described, bool isOpen)
    {
        var responses = new SortedDictionary<int, JsonObject>();
        foreach (ApiAnswer answer in described.Answers)
        {
            var content = new JsonObject(answer.MediaTypes.Select(mediaType => KeyValuePair.Create(
                mediaType, (JsonNode?)(mediaType == ApiAnswer.Page ? new JsonObject { ["schema"] = Schema.Text } : new JsonObject { ["schema"] = answer.Schema?.DeepClone() ?? Schema.Any }))));
            var response = new JsonObject { ["description"] = answer.Description };
            if (content.Count > 0)
                response["content"] = content;
            responses[answer.Status] = response;
        }

        // What the host and the guard answer is problem+json whatever the protocol.
        if (!isOpen)
        {
            responses[StatusCodes.Status401Unauthorized] = new JsonObject { ["description"] = "No key or token." };
            responses[StatusCodes.Status403Forbidden] = new JsonObject { ["description"] = "The token lacks the role." };
        }

        int[] given = described.Body is null ? [] : [StatusCodes.Status400BadRequest, StatusCodes.Status413PayloadTooLarge];
        int[] asked = described.Parameters.Count > 0 || trigger.Route!.Contains('{', StringComparison.Ordinal) ? [StatusCodes.Status400BadRequest] : [];
        foreach (int status in described.Problems.Concat(given).Concat(asked).Distinct())
            responses[status] = Refusal(status, described.Errors);
        return new JsonObject(responses.Select(response => KeyValuePair.Create(response.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)response.Value)));
    }

    private static JsonObject Refusal(int status, ErrorForm form)
    {
        (string mediaType, string schema) = form switch
        {
            ErrorForm.Text => (ApiAnswer.Json, "TextError"),
            ErrorForm.Mlflow => (ApiAnswer.Json, "MlflowError"),
            _ => ("application/problem+json", "Problem"),
        };
        return new JsonObject
        {
            ["description"] = status switch
            {
                400 => "Something of the request is not valid: what, where, and how to mend it.",
                404 => "There is no such thing.",
                409 => "It is not in a state for this.",
                410 => "It is no longer kept.",
                412 => "It has changed since it was read.",
                413 => "The body is too large.",
                415 => "This media type is not taken.",
                422 => "It cannot be done with these.",
                503 => "Storage does not answer.",
                _ => "Refused.",
            },
            ["content"] = new JsonObject { [mediaType] = new JsonObject { ["schema"] = Schema.Ref(schema) } },
        };
    }

    private static JsonObject InPath(string route, string name)
    {
        bool isRun = route.StartsWith("api/runs/", StringComparison.Ordinal), isData = route.StartsWith("api/dataversions/", StringComparison.Ordinal);
        (JsonObject schema, string description) = name switch
        {
            _ when isRun => (Schema.RunId, "A run."),
            _ when isData => (Schema.Hash, "A data version."),
            "version" => (new JsonObject { ["type"] = "integer", ["minimum"] = 1 }, "A version of the model."),
            "name" => (Schema.Name, route.StartsWith("api/pipelines/", StringComparison.Ordinal) ? "A pipeline." : "A model; it is called like its pipeline."),
            "alias" => (Schema.Name, "An alias, e.g. champion."),
            _ => (Schema.Text, $"The {name}."),
        };
        return Parameter(name, "path", true, schema, description);
    }

    private static JsonObject Parameter(string name, string place, bool isRequired, JsonObject schema, string description) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = isRequired,
        ["description"] = description,
        ["schema"] = schema.DeepClone(),
    };

    private static string Tag(Type type) => type.Name.Replace("Functions", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\{([A-Za-z]+)\}")]
    private static partial Regex PathParameter();
}
