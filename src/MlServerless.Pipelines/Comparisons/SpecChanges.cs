using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>Compares two specs member by member.</summary>
internal static partial class SpecChanges
{
    public static IReadOnlyList<SpecChange> Compare(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        using JsonDocument first = JsonDocument.Parse(a), second = JsonDocument.Parse(b);
        var changes = new List<SpecChange>();
        Compare("$", first.RootElement, second.RootElement, changes);
        return changes;
    }

    private static void Compare(string path, JsonElement a, JsonElement b, List<SpecChange> changes)
    {
        if (JsonElement.DeepEquals(a, b))
            return;
        if ((Members(a, b), Members(b, a)) is not ({ } mine, { } theirs))
        {
            changes.Add(new SpecChange(path, a.Clone(), b.Clone()));
            return;
        }

        foreach (string member in mine.Keys.Union(theirs.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!mine.TryGetValue(member, out JsonElement then))
                changes.Add(new SpecChange(path + member, null, theirs[member].Clone()));
            else if (!theirs.TryGetValue(member, out JsonElement now))
                changes.Add(new SpecChange(path + member, then.Clone(), null));
            else
                Compare(path + member, then, now, changes);
        }
    }

    /// <summary>Step of a path → member; null where the two are not made of members alike.</summary>
    private static Dictionary<string, JsonElement>? Members(JsonElement own, JsonElement other)
    {
        if (own.ValueKind != other.ValueKind)
            return null;
        if (own.ValueKind == JsonValueKind.Object)
            return own.EnumerateObject().ToDictionary(member => Step(member.Name), member => member.Value, StringComparer.Ordinal);
        return own.ValueKind == JsonValueKind.Array && HasNames(own) && HasNames(other)
            ? own.EnumerateArray().ToDictionary(item => $"[?@.name=={Quote(Name(item)!)}]", item => item, StringComparer.Ordinal)
            : own.ValueKind == JsonValueKind.Array && own.GetArrayLength() == other.GetArrayLength() && own.EnumerateArray().Concat(other.EnumerateArray()).All(item => item.ValueKind == JsonValueKind.Object)
            ? own.EnumerateArray().Index().ToDictionary(item => string.Create(CultureInfo.InvariantCulture, $"[{item.Index}]"), item => item.Item, StringComparer.Ordinal)
            : null;
    }

    private static bool HasNames(JsonElement list) =>
        list.EnumerateArray().All(item => Name(item) is not null) && list.EnumerateArray().Select(Name).Distinct(StringComparer.Ordinal).Count() == list.GetArrayLength();

    private static string? Name(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    private static string Step(string member) => Plain().IsMatch(member) ? "." + member : $"[{Quote(member)}]";

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
