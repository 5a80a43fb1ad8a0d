using MlServerless.Data;

namespace MlServerless.Pipelines.Reports;

/// <summary>Charts as inline SVG, coloured by the classes of the page.</summary>
internal static class Charts
{
    private const double SparkWidth = 120;
    private const double SparkHeight = 26;
    private const double Width = 520;
    private const double Height = 150;
    private const double Axis = 18;

    /// <summary>A histogram small enough for a row of a table.</summary>
    public static void Spark(Html html, IReadOnlyList<double> shares)
    {
        double most = shares.Count == 0 ? 0 : shares.Max();
        if (!(most > 0))
            return;
        html.Add($"<svg class=\"spark\" viewBox=\"0 0 {SparkWidth} {SparkHeight}\" width=\"{SparkWidth}\" height=\"{SparkHeight}\" aria-hidden=\"true\"><path class=\"bar\" d=\"");
        double step = SparkWidth / shares.Count;
        for (int i = 0; i < shares.Count; i++)
        {
            double height = BarHeight(shares[i] / most, SparkHeight);
            if (height > 0)
                html.Add($"M{i * step} {SparkHeight}v{-height}h{Math.Max(step - 1, 1)}V{SparkHeight}z");
        }

        html.AddMarkup("\"/></svg>");
    }

    /// <summary>The shares of values per bin, with the outline of the version before over them.</summary>
    /// <param name="title">What is shown, for those who do not see it.</param>
    public static void Histogram(Html html, IReadOnlyList<HistogramBin> bins, IReadOnlyList<HistogramBin>? before, ColumnType type, string title)
    {
        double from = Math.Min(bins[0].From, before?[0].From ?? bins[0].From);
        double to = Math.Max(bins[^1].To, before?[^1].To ?? bins[^1].To);
        double most = Math.Max(Densities(bins).Max(), before is null ? 0 : Densities(before).Max());
        double plot = Height - Axis;
        double X(double value) => to > from ? (value - from) / (to - from) * Width : value > from ? Width : 0;
        html.Add($"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{title}</title>");
        foreach ((HistogramBin bin, double density) in bins.Zip(Densities(bins)))
        {
            double height = BarHeight(density / most, plot - 4);
            (double left, double right) = to > from ? (X(bin.From), X(bin.To)) : (Width * 0.4, Width * 0.6);
            html.Add($"<rect class=\"bar\" x=\"{left}\" y=\"{plot - height}\" width=\"{Math.Max(right - left - 1, 0.5)}\" height=\"{height}\"><title>{Figures.Value(bin.From, type)} to {Figures.Value(bin.To, type)}: {Figures.Count(bin.Count)}</title></rect>");
        }

        if (before is not null && to > from)
        {
            html.Add($"<path class=\"before\" d=\"M{X(before[0].From)} {plot}");
            foreach ((HistogramBin bin, double density) in before.Zip(Densities(before)))
                html.Add($"V{plot - BarHeight(density / most, plot - 4)}H{X(bin.To)}");
            html.Add($"V{plot}\"/>");
        }

        html.Add($"<path class=\"axis\" d=\"M0 {plot}H{Width}\"/><text x=\"0\" y=\"{Height - 4}\">{Figures.Value(from, type)}</text>");
        html.Add($"<text x=\"{Width}\" y=\"{Height - 4}\" text-anchor=\"end\">{Figures.Value(to, type)}</text></svg>");
    }

    /// <summary>Shares of the values per unit, so that bins of another width compare.</summary>
    private static IReadOnlyList<double> Densities(IReadOnlyList<HistogramBin> bins)
    {
        double count = Math.Max(bins.Sum(bin => bin.Count), 1);
        return [.. bins.Select(bin => bin.Count / count / (bin.To > bin.From ? bin.To - bin.From : 1))];
    }

    /// <summary>What is there is seen, however little it is.</summary>
    private static double BarHeight(double share, double full) => share > 0 ? Math.Max(share * full, 1) : 0;
}
