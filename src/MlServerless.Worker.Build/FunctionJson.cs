using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Build;

/// <summary>The content of a function.json, as the Functions host reads it.</summary>
internal static class FunctionJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(FunctionDefinition function)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("bindings");
            WriteTrigger(json, function);
            if (function.Kind == FunctionKind.Http)
            {
                WriteBinding(json, "http", "out", "res", _ => { });
            }

            if (function.Result == ResultShape.Starts)
            {
                WriteBinding(json, "durableClient", "out", "starter", _ => { });
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteTrigger(Utf8JsonWriter json, FunctionDefinition function)
    {
        var type = function.Kind switch
        {
            FunctionKind.Http => "httpTrigger",
            FunctionKind.Queue => "queueTrigger",
            FunctionKind.Timer => "timerTrigger",
            FunctionKind.Orchestration => "orchestrationTrigger",
            _ => "activityTrigger",
        };
        WriteBinding(json, type, "in", function.TriggerBinding, j =>
        {
            if (function.Http is { } http)
            {
                j.WriteString("authLevel", http.AuthLevel);
                WriteMethods(j, http.Methods);
                j.WriteString("route", http.Route.Text);
            }

            if (function.Queue is { } queue)
            {
                j.WriteString("queueName", queue.QueueName);
                j.WriteString("connection", queue.Connection ?? "AzureWebJobsStorage");
            }

            if (function.Timer is { } timer)
            {
                j.WriteString("schedule", timer.Schedule);
            }
        });
    }

    private static void WriteMethods(Utf8JsonWriter json, IReadOnlyList<string> methods)
    {
        if (methods.Count == 0)
        {
            return;
        }

        json.WriteStartArray("methods");
        foreach (var method in methods)
        {
            json.WriteStringValue(method);
        }

        json.WriteEndArray();
    }

    private static void WriteBinding(Utf8JsonWriter json, string type, string direction, string name, Action<Utf8JsonWriter> rest)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("direction", direction);
        json.WriteString("name", name);
        rest(json);
        json.WriteEndObject();
    }
}
