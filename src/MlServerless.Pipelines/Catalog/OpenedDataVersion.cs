using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>A data version's files, and how they are written.</summary>
public sealed record OpenedDataVersion(DataVersionManifest Manifest, IReadOnlyList<OpenedFile> Files)
{
    /// <summary>What is wrong with the beginnings of the files; where there are several, each says which it is about.</summary>
    public IReadOnlyList<Finding> FormatFindings =>
    [
        .. Files.Index().SelectMany(file => file.Item.Findings.Select(finding => Files.Count == 1
            ? finding
            : finding with { Message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"File {file.Index + 1} of {Files.Count}: {finding.Message}") })),
    ];

    /// <summary>Whether a file cannot be read as rows at all; then only the findings are to be relied on.</summary>
    public bool IsUnreadable => Files.Any(file => file.IsUnreadable);

    /// <summary>The parts of all files in order, each to be opened when it is read.</summary>
    public IReadOnlyList<PartSource> Parts(Func<DataPart, Stream> open) =>
        [.. Files.SelectMany(file => file.File.Parts.Select((part, index) => new PartSource(() => open(part), file.Format, HasHeader: index == 0)))];
}
