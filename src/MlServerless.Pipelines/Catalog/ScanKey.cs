using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>All that the scan of a part depends on: its bytes, its file's format, the declared columns, the rules, the split, and the code that scans.</summary>
public readonly record struct ScanKey
{
    internal const string Prefix = "scan:";

    // A deterministic build's module id is a digest of the code itself.
    private static readonly string Code = typeof(PartScan).Assembly.ManifestModule.ModuleVersionId.ToString("N");

    private ScanKey(ContentHash part, string rowKey)
    {
        Part = part;
        RowKey = rowKey;
    }

    public ContentHash Part { get; }

    internal string RowKey { get; }

    /// <param name="file">The part's file, whose first part tells the format.</param>
    /// <param name="partInFile">0-based.</param>
    /// <param name="spec">What declares columns and delimiter.</param>
    public static ScanKey Of(DataFile file, int partInFile, PipelineSpec spec)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(spec);
        ContentHash part = file.Parts[partInFile].Hash;
        string rest = string.Create(
            CultureInfo.InvariantCulture,
            $"{Code}\n{file.Kind}\n{file.Parts[0].Hash.Hex}\n{(partInFile == 0 ? "first" : "later")}\n{spec.Delimiter}\n{ContentHash.Of(SchemaRules.Declared(spec).ToCanonicalJson()).Hex}\n{string.Join('\n', spec.Checks.Rules.Select(rule => $"{rule.Name}\0{rule.Expression}"))}\n{Split(spec)}");
        return new ScanKey(part, $"{Prefix}{part.Hex}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rest)).AsSpan(0, 16))}");
    }

    /// <summary>Without a key, copies of a row are placed together whatever the split is.</summary>
    private static string Split(PipelineSpec spec) => spec.Key.Count == 0
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join('\0', spec.Key)}\n{spec.Split.Salt}\n{spec.Split.Validation:R} {spec.Split.HoldOut:R}");

    /// <summary>The part that a row's key speaks of; null where the row is no scan's.</summary>
    internal static ContentHash? PartOf(string rowKey) =>
        rowKey.StartsWith(Prefix, StringComparison.Ordinal) && rowKey.Length > Prefix.Length + 64 && ContentHash.TryParse(rowKey.Substring(Prefix.Length, 64), out ContentHash part) ? part : null;
}
