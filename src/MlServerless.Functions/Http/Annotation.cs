using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;

namespace MlServerless.Functions.Http;

/// <summary>A change of a version's tags and notes, as a JSON merge patch (RFC 7396) of the two.</summary>
internal sealed class Annotation
{
    private const int MaxTags = 50;
    private const int MaxKey = 64;
    private const int MaxValue = 256;
    private const int MaxNotes = 10_000;

    private readonly Dictionary<string, string?> tags = new(StringComparer.Ordinal);
    private bool hasNotes;
    private string? notes;

    /// <exception cref="ProblemException">400, with every fault.</exception>
    public static Annotation Read(JsonObject body)
    {
        var annotation = new Annotation();
        var errors = new List<ProblemDetail>();
        if (body.TryGetPropertyValue("tags", out JsonNode? given))
        {
            if (given is not JsonObject tags)
                errors.Add(new ProblemDetail("$.tags", "expected an object of strings; a tag that is null is removed."));
            else
                annotation.ReadTags(tags, errors);
        }

        if (body.TryGetPropertyValue("notes", out JsonNode? text))
        {
            annotation.hasNotes = true;
            annotation.notes = text is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
            if (text is not null && (annotation.notes is null || annotation.notes.Length > MaxNotes))
                errors.Add(new ProblemDetail("$.notes", $"expected a string of at most {MaxNotes} characters, or null."));
        }

        return errors.Count == 0 ? annotation : throw ProblemException.BadRequest("The change is not valid.", $"{errors.Count} fault(s); mend each one listed and send it again.", errors);
    }

    /// <exception cref="ProblemException">400: there would be too many tags.</exception>
    public ModelVersion Apply(ModelVersion version)
    {
        var next = new Dictionary<string, string>(version.Tags, StringComparer.Ordinal);
        foreach ((string key, string? value) in tags)
        {
            if (value is null)
                next.Remove(key);
            else
                next[key] = value;
        }

        return next.Count > MaxTags
            ? throw ProblemException.BadRequest("There are too many tags.", $"A version has at most {MaxTags}; remove some by sending them as null.")
            : version with { Tags = next, Notes = hasNotes ? notes : version.Notes };
    }

    private void ReadTags(JsonObject given, List<ProblemDetail> errors)
    {
        foreach ((string key, JsonNode? value) in given)
        {
            if (key.Length is 0 or > MaxKey)
                errors.Add(new ProblemDetail("$.tags", $"a tag's name has 1 to {MaxKey} characters."));
            else if (value is null)
                tags[key] = null;
            else if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Length <= MaxValue)
                tags[key] = text.GetValue<string>();
            else
                errors.Add(new ProblemDetail($"$.tags['{key}']", $"expected a string of at most {MaxValue} characters, or null."));
        }
    }
}
