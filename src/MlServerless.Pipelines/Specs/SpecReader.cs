using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads one JSON object strictly: wrong types, unknown and missing fields are collected with their paths, and reading goes on.</summary>
internal sealed class SpecReader(JsonElement element, string path, List<ProblemDetail> errors)
{
    private readonly List<string> known = [];

    public bool IsObject { get; } = element.ValueKind == JsonValueKind.Object;

    public void Fail(string? field, string message) => errors.Add(new ProblemDetail(field is null ? path : Path(field), message));

    public string Path(string field) =>
        field.AsSpan().ContainsAnyExcept(FieldCharacters) ? $"{path}['{field}']" : $"{path}.{field}";

    public JsonElement? Find(string field)
    {
        known.Add(field);
        return IsObject && element.TryGetProperty(field, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public string? String(string field, int maxLength = 256)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String)
            Fail(field, $"expected a string, found {Describe(value)}.");
        else if (value.GetString() is { Length: > 0 } text && text.Length <= maxLength)
            return text;
        else
            Fail(field, $"expected 1 to {maxLength} characters.");
        return null;
    }

    public string RequiredString(string field, string meaning)
    {
        int before = errors.Count;
        string? text = String(field);
        if (text is null && errors.Count == before)
            Fail(field, $"is missing: add {meaning}.");
        return text ?? "";
    }

    public double? Number(string field, double least, double greatest)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number >= least && number <= greatest)
            return number;
        string range = double.IsInfinity(greatest) ? double.IsInfinity(least) ? "a number" : Invariant($"a number of at least {least}") : Invariant($"a number from {least} to {greatest}");
        Fail(field, $"expected {range}, found {Describe(value)}.");
        return null;
    }

    public long? Integer(string field, long least, long greatest)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= least && number <= greatest)
            return number;
        Fail(field, Invariant($"expected a whole number from {least} to {greatest}, found {Describe(value)}."));
        return null;
    }

    public bool? Boolean(string field)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Fail(field, $"expected true or false, found {Describe(value)}.");
        return null;
    }

    public IReadOnlyList<string>? Strings(string field, int maxCount = 10_000)
    {
        if (Find(field) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > maxCount || value.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.String))
        {
            Fail(field, $"expected an array of up to {maxCount} strings.");
            return null;
        }

        List<string> items = [.. value.EnumerateArray().Select(item => item.GetString()!)];
        if (items.Distinct(StringComparer.Ordinal).Count() != items.Count)
            Fail(field, "holds the same string twice: remove one.");
        return items;
    }

    /// <summary>A nested object; one without fields when it is absent.</summary>
    public SpecReader Object(string field)
    {
        JsonElement value = Find(field) ?? default;
        if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Object))
            Fail(field, $"expected an object, found {Describe(value)}.");
        return new SpecReader(value, Path(field), errors);
    }

    public IEnumerable<(string Name, JsonElement Value)> Fields() =>
        IsObject ? element.EnumerateObject().Select(property => (property.Name, property.Value)) : [];

    /// <summary>Reports every field that nothing asked for, with the nearest known name.</summary>
    public void RefuseUnknown()
    {
        foreach ((string name, _) in Fields())
        {
            if (known.Contains(name, StringComparer.Ordinal))
                continue;
            string hint = NearestName.Hint(name, known.Where(candidate => candidate != "$schema")) ?? $"known here: {string.Join(", ", known.Order(StringComparer.Ordinal))}.";
            Fail(name, $"is not a field of a pipeline spec; {hint}");
        }
    }

    public static string Describe(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return value.ValueKind == JsonValueKind.Object ? "an object" : "an array";
        string text = value.GetRawText();
        return text.Length <= 60 ? text : text[..60] + "…";
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static readonly System.Buffers.SearchValues<char> FieldCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
}
