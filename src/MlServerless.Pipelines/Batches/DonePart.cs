using System.Globalization;

namespace MlServerless.Pipelines.Batches;

/// <summary>
/// A part whose answers are stored. What there is to say of it stands in the name of an empty blob, so that one listing tells the progress, and repeating a
/// part writes the same name.
/// </summary>
internal sealed record DonePart(int Part, long Predicted, long Refused, int Blocks)
{
    public static string Folder(string batch) => batch + "/done/";

    public string PathIn(string batch) => string.Create(CultureInfo.InvariantCulture, $"{Prefix(batch, Part)}{Predicted}-{Refused}-{Blocks}");

    public static string Prefix(string batch, int part) => string.Create(CultureInfo.InvariantCulture, $"{Folder(batch)}{part:D5}-");

    public static DonePart Parse(string path)
    {
        string[] figures = path[(path.LastIndexOf('/') + 1)..].Split('-');
        return new DonePart(
            int.Parse(figures[0], CultureInfo.InvariantCulture),
            long.Parse(figures[1], CultureInfo.InvariantCulture),
            long.Parse(figures[2], CultureInfo.InvariantCulture),
            int.Parse(figures[3], CultureInfo.InvariantCulture));
    }

    /// <summary>The name of a block of the output; in ordinal order they are the output.</summary>
    public static string Block(int part, int block) => string.Create(CultureInfo.InvariantCulture, $"{part:D5}-{block:D5}");
}
