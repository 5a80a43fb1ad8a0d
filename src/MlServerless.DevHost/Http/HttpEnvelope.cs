using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Extensions;
using MlServerless.DevHost.Invocation;

namespace MlServerless.DevHost.Http;

/// <summary>HTTP functions whose request travels inside the invocation's JSON and whose answer is an output binding.</summary>
internal sealed class HttpEnvelope
{
    private readonly FunctionInvoker _invoker;
    private readonly OutputBinder _outputs;
    private readonly TimeProvider _time;

    public HttpEnvelope(FunctionInvoker invoker, OutputBinder outputs, TimeProvider time)
    {
        _invoker = invoker;
        _outputs = outputs;
        _time = time;
    }

    public async Task CallAsync(FunctionDefinition function, HttpContext context)
    {
        var payload = await PayloadAsync(function, context, _outputs.ClientInput, _time.GetUtcNow());
        var result = await _invoker.InvokeAsync(function, payload, context.RequestAborted);
        await _outputs.BindAsync(function, result, context.RequestAborted);
        var output = function.Outputs.FirstOrDefault(o => o.Is("http"));
        if (output is null)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else if (output.Name == "$return")
            await WriteAsync(result.ReturnValue, context.Response);
        else
            await WriteAsync(result.Outputs.GetValueOrDefault(output.Name), context.Response);
    }

    /// <summary>The invocation in the host's shape.</summary>
    /// <param name="clientInput">Gives the JSON text of a durableClient input.</param>
    internal static async Task<InvocationPayload> PayloadAsync(
        FunctionDefinition function, HttpContext context, Func<HttpRequest, string> clientInput, DateTimeOffset now)
    {
        var request = context.Request;
        var body = await ReadBodyAsync(request, context.RequestAborted);
        var text = body is { Length: > 0 } ? IsText(request) ? Encoding.UTF8.GetString(body) : Convert.ToBase64String(body) : null;
        var payload = new InvocationPayload().Data(function.Trigger.Name, Request(context, text));
        foreach (var client in function.Inputs.Where(i => i.Is("durableClient")))
            payload.Data(client.Name, InvocationPayload.Encoded(clientInput(request)));

        if (IsJson(request))
            payload.TopLevelOf(text);
        foreach (var (name, values) in request.Query)
            payload.Metadata(name, InvocationPayload.Encoded(values.ToString()));
        foreach (var (name, value) in request.RouteValues)
            payload.Metadata(name, InvocationPayload.Encoded(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""));
        return payload
            .Metadata("Query", Map(request.Query.Select(q => (q.Key, NewtonsoftJson.Quote(q.Value.ToString())))))
            .Metadata("Headers", Map(request.Headers.Select(h => (h.Key, NewtonsoftJson.Quote(h.Value.ToString())))))
            .System(function.Name, now);
    }

    private static string Request(HttpContext context, string? body)
    {
        var request = context.Request;
        var text = new StringBuilder("{\"Url\":");
        NewtonsoftJson.AppendQuoted(text, request.GetEncodedUrl());
        text.Append(",\"Method\":");
        NewtonsoftJson.AppendQuoted(text, request.Method);
        text.Append(",\"Query\":").Append(Map(request.Query.Select(q => (q.Key, NewtonsoftJson.Quote(q.Value.ToString())))));
        text.Append(",\"Headers\":").Append(Map(request.Headers.Select(h =>
            (h.Key, "[" + string.Join(',', h.Value.Select(v => NewtonsoftJson.Quote(v ?? ""))) + "]"))));
        text.Append(",\"Params\":").Append(Map(request.RouteValues.Select(r =>
            (r.Key, NewtonsoftJson.Quote(Convert.ToString(r.Value, System.Globalization.CultureInfo.InvariantCulture) ?? "")))));
        text.Append(",\"Identities\":[{\"AuthenticationType\":null,\"IsAuthenticated\":false,\"Actor\":null,\"BootstrapContext\":null,\"Claims\":[],")
            .Append("\"Label\":null,\"Name\":null,\"NameClaimType\":\"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name\",")
            .Append("\"RoleClaimType\":\"http://schemas.microsoft.com/ws/2008/06/identity/claims/role\"}]");
        if (body is not null)
        {
            text.Append(",\"Body\":");
            NewtonsoftJson.AppendQuoted(text, body);
        }

        return text.Append('}').ToString();
    }

    private static string Map(IEnumerable<(string Name, string Json)> members) =>
        "{" + string.Join(',', members.Select(m => NewtonsoftJson.Quote(m.Name) + ":" + m.Json)) + "}";

    /// <summary>As recorded, a chunked body does not reach the function.</summary>
    private static async Task<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is not > 0)
            return null;
        using var buffer = new MemoryStream();
        await request.Body.CopyToAsync(buffer, cancellationToken);
        return buffer.ToArray();
    }

    private static bool IsText(HttpRequest request) => request.ContentType is not { } type
        || !(type.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) || type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase));

    private static bool IsJson(HttpRequest request) =>
        request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;

    private static async Task WriteAsync(JsonElement output, HttpResponse response)
    {
        // A string holds the same object as JSON text.
        using var parsed = output.ValueKind == JsonValueKind.String ? TryParse(output.GetString()!) : null;
        var value = parsed?.RootElement ?? output;
        if (value.ValueKind != JsonValueKind.Object)
        {
            response.StatusCode = value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
            return;
        }

        var members = value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.OrdinalIgnoreCase);
        response.StatusCode = Status(members.GetValueOrDefault("statusCode")) ?? Status(members.GetValueOrDefault("status")) ?? (int)HttpStatusCode.OK;
        if (members.TryGetValue("headers", out var headers) && headers.ValueKind == JsonValueKind.Object)
        {
            foreach (var header in headers.EnumerateObject())
                response.Headers[header.Name] = header.Value.ValueKind == JsonValueKind.String ? header.Value.GetString() : header.Value.GetRawText();
        }

        if (!members.TryGetValue("body", out var body) || body.ValueKind == JsonValueKind.Null)
            return;
        var isText = body.ValueKind == JsonValueKind.String;
        response.ContentType ??= isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8";
        await response.WriteAsync(isText ? body.GetString()! : NewtonsoftJson.Serialize(body, datesAsTimes: true), response.HttpContext.RequestAborted);
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int? Status(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var code) => code,
        JsonValueKind.String when int.TryParse(value.GetString(), System.Globalization.CultureInfo.InvariantCulture, out var code) => code,
        _ => null,
    };
}
