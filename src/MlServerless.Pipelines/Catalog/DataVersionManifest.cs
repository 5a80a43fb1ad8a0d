using System.Text.Json.Serialization;
using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>
/// What identifies a data version: its files in order, each with its parts. The version's id is the hash of this document's canonical JSON, so equal bytes
/// are one version however often they are uploaded. A version of one upload has one file; one that is a window over uploads has one for each.
/// </summary>
public sealed record DataVersionManifest(int Format, IReadOnlyList<DataFile> Files)
{
    public const int CurrentFormat = 2;

    /// <summary>The parts of all files, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<DataPart> Parts { get; } = [.. Files.SelectMany(file => file.Parts)];

    public static DataVersionManifest Of(params IReadOnlyList<DataFile> files) => new(CurrentFormat, files);

    /// <summary>Where a part stands.</summary>
    /// <param name="part">0-based index in <see cref="Parts"/>.</param>
    /// <returns>0-based indexes of the file and of the part in it.</returns>
    public (int File, int PartInFile) Locate(int part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, Parts.Count);
        int file = 0;
        while (part >= Files[file].Parts.Count)
            part -= Files[file++].Parts.Count;
        return (file, part);
    }
}
