using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Runs;

/// <summary>All that the result of a step depends on. Steps with the same key give the same bytes.</summary>
/// <param name="Stage">Its stage.</param>
/// <param name="Part">What tells apart the steps of one stage; null where there is one.</param>
/// <param name="Inputs">Name → hash of content, or value.</param>
public sealed record StageKey(string Stage, string? Part, IReadOnlyDictionary<string, string> Inputs)
{
    /// <summary>The field that stands for the code.</summary>
    public const string CodeField = "code";

    private const string Prefix = "cache:";

    // A deterministic build's module id is a digest of the code itself: results of other code are never taken for those of this one.
    private static readonly string Code = string.Join(
        '.',
        ((Type[])[typeof(ContentHash), typeof(ModelArtifact), typeof(StageKey)]).Select(type => type.Module.ModuleVersionId.ToString("N")[..12]));

    /// <param name="inputs">Name and value; values that are null are left out.</param>
    public static StageKey Of(string stage, string? part, params ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal) { [CodeField] = Code };
        foreach ((string name, object? value) in inputs)
        {
            if (value is not null)
                fields[name] = value as string ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value}");
        }

        return new StageKey(stage, part, fields);
    }

    /// <summary>Keys of the rows of all results of this stage and part begin so.</summary>
    internal string RowPrefix => $"{Prefix}{Stage}:{Digest(Encoding.UTF8.GetBytes(Part ?? ""))[..16]}:";

    internal string RowKey => RowPrefix + Digest(CanonicalJson.Canonicalize(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, string>(Inputs.ToDictionary(), StringComparer.Ordinal), PipelineJson.Default.SortedDictionaryStringString)));

    private static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));
}
