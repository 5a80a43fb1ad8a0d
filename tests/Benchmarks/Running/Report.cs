namespace MlServerless.Benchmarks.Running;

/// <summary>Prints tables and the lines that scripts read, and remembers whether every bound was kept.</summary>
internal sealed class Report
{
    internal bool AllKept { get; private set; } = true;

    internal static void Heading(string text) => Console.WriteLine($"\n{text}");

    internal static void Table(string[] columns, IEnumerable<string[]> rows)
    {
        string[][] lines = [columns, .. rows];
        int[] widths = [.. columns.Select((_, i) => lines.Max(line => line[i].Length))];
        foreach (string[] line in lines)
            Console.WriteLine("  " + string.Join("  ", line.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
    }

    /// <summary>Prints <c>RATIO work ours peer ours/peer bound ok|FALLS SHORT</c>.</summary>
    /// <param name="work">What is compared, without spaces.</param>
    /// <param name="ours">Our figure.</param>
    /// <param name="peer">The figure it is compared with.</param>
    /// <param name="bound">The largest ratio that is good enough.</param>
    internal void Ratio(string work, double ours, double peer, double bound) => Line(work, ours, peer, $"<={bound:0.####}", ours / peer <= bound);

    /// <summary>The same where the bound is one of our figure itself.</summary>
    internal void Limit(string work, double ours, double peer, double limit) => Line(work, ours, peer, $"ours<={limit:0.#####}", ours <= limit);

    /// <summary>The same where more is better.</summary>
    /// <param name="least">The smallest figure of ours that is good enough.</param>
    internal void AtLeast(string work, double ours, double peer, double least) => Line(work, ours, peer, $"ours>={least:0.#####}", ours >= least);

    /// <summary>The same where every one of a number of figures must be right.</summary>
    internal void All(string work, int right, int figures) => Line(work, right, figures, "=1", right == figures && figures > 0);

    private void Line(string work, double ours, double peer, string bound, bool kept)
    {
        AllKept &= kept;
        Console.WriteLine($"RATIO {work} {ours:0.#####} {peer:0.#####} {ours / peer:0.####} {bound} {(kept ? "ok" : "FALLS SHORT")}");
    }
}
