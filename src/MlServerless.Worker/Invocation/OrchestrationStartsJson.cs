using System.Text;
using System.Text.Json;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Invocation;

/// <summary>The durableClient output: an object for one start, an array for several.</summary>
internal static class OrchestrationStartsJson
{
    public const string Binding = "starter";

    public static void Write(Utf8JsonWriter output, OrchestrationStarts starts, JsonValues json)
    {
        output.WritePropertyName(Binding);
        if (starts.Items is [var single])
        {
            Write(output, single, json);
            return;
        }

        output.WriteStartArray();
        foreach (var start in starts.Items)
        {
            Write(output, start, json);
        }

        output.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter output, OrchestrationStart start, JsonValues json)
    {
        output.WriteStartObject();
        output.WriteString("FunctionName", start.FunctionName);
        output.WriteString("InstanceId", start.InstanceId);
        output.WritePropertyName("Input");
        var input = json.Write(start.Input, start.InputType);
        if (ExactJson.SurvivesTheHost(input))
        {
            output.WriteRawValue(input);
        }
        else
        {
            output.WriteStartObject();
            output.WriteString(ExactJson.Member, Encoding.UTF8.GetString(input));
            output.WriteEndObject();
        }

        output.WriteEndObject();
    }
}
