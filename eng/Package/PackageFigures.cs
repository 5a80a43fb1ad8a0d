using System.Globalization;

namespace MlServerless.Package;

/// <summary>What a package weighs, and how soon what is in it answers.</summary>
/// <param name="ZipBytes">Of the zip.</param>
/// <param name="UnpackedBytes">Of the files in it.</param>
/// <param name="Seconds">From the start of the program to its first answer, in ascending order, with the files in the page cache.</param>
/// <param name="ResidentBytes">Of the process when it answers first.</param>
internal sealed record PackageFigures(long ZipBytes, long UnpackedBytes, IReadOnlyList<double> Seconds, long ResidentBytes)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        zip        {ZipBytes / 1e6:F1} MB
        unpacked   {UnpackedBytes / 1e6:F1} MB
        start      {Seconds[0] * 1000:F0} ms at best, {Seconds[Seconds.Count / 2] * 1000:F0} ms in the middle, of {Seconds.Count} (files in the page cache)
        resident   {ResidentBytes / 1e6:F0} MB when it answers first
        """);
}
