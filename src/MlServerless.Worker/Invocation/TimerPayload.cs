using System.Text.Json;

namespace MlServerless.Worker.Invocation;

/// <summary>Reads what a timer trigger sends.</summary>
internal static class TimerPayload
{
    public static TimerInfo Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        var isPastDue = root.TryGetProperty("IsPastDue", out var past) && past.ValueKind == JsonValueKind.True;
        return new TimerInfo(
            isPastDue,
            root.TryGetProperty("ScheduleStatus", out var status) && status.ValueKind == JsonValueKind.Object
                ? new ScheduleStatus(Time(status, "Last"), Time(status, "Next"), Time(status, "LastUpdated"))
                : null);
    }

    private static DateTimeOffset Time(JsonElement status, string name)
        => status.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : default;
}
