using System.Text;
using System.Text.Json;
using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>
/// The fields of a spec as inputs of a stage. Those that are known not to matter are left out by name; a field that is new counts, so that no result is
/// ever taken for that of another spec because somebody forgot to say so.
/// </summary>
internal static class SpecInputs
{
    private const int MaxShown = 64;

    /// <summary>What a training does not depend on, or only through the prepared data and the candidate itself.</summary>
    public static readonly IReadOnlySet<string> NotOfTraining = new HashSet<string>(StringComparer.Ordinal)
    {
        "$schema", "description", "data", "delimiter", "columns", "features", "key", "split", "candidates", "search", "evaluation", "gates", "checks",
        "monitoring", "source", "consumers", "retention", "mode", "schedule",
    };

    /// <param name="spec">In canonical form.</param>
    /// <returns>Name and value; a long value by its hash.</returns>
    public static IEnumerable<(string Name, object? Value)> Of(byte[] spec, IReadOnlySet<string> except)
    {
        using JsonDocument document = JsonDocument.Parse(spec);
        foreach (JsonProperty field in document.RootElement.EnumerateObject())
        {
            if (except.Contains(field.Name))
                continue;
            string text = field.Value.GetRawText();
            yield return ("spec." + field.Name, text.Length <= MaxShown ? text : ContentHash.Of(Encoding.UTF8.GetBytes(text)).Hex);
        }
    }
}
