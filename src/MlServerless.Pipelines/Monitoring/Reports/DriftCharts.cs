using MlServerless.Data;
using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Monitoring.Reports;

/// <summary>Charts of drift reports, in the look of the other pages.</summary>
internal static class DriftCharts
{
    private const double Width = 520;
    private const double Height = 150;
    private const double Axis = 18;

    /// <summary>The share of rows in every bin now as bars, the reference's as an outline.</summary>
    public static void Bins(Html html, IReadOnlyList<BinCount> bins, string title)
    {
        double reference = Math.Max(1, bins.Sum(bin => bin.Reference));
        double current = Math.Max(1, bins.Sum(bin => bin.Current));
        double most = bins.Max(bin => Math.Max(bin.Reference / reference, bin.Current / current));
        double plot = Height - Axis;
        double step = Width / bins.Count;
        double Tall(double share) => most > 0 && share > 0 ? Math.Max(1, share / most * (plot - 4)) : 0;
        html.Add($"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{title}</title>");
        for (int i = 0; i < bins.Count; i++)
        {
            double height = Tall(bins[i].Current / current);
            html.Add($"<rect class=\"bar\" x=\"{(i * step) + 1}\" y=\"{plot - height}\" width=\"{Math.Max(1, step - 2)}\" height=\"{height}\"><title>{bins[i].Name}: {Figures.Percent(bins[i].Reference / reference)} at training, {Figures.Percent(bins[i].Current / current)} now</title></rect>");
        }

        html.Add($"<path class=\"before\" d=\"M0 {plot}");
        for (int i = 0; i < bins.Count; i++)
            html.Add($"V{plot - Tall(bins[i].Reference / reference)}H{(i + 1) * step}");
        html.Add($"V{plot}\"/><path class=\"axis\" d=\"M0 {plot}H{Width}\"/><text x=\"0\" y=\"{Height - 4}\">{Figures.Short(bins[0].Name, 30)}</text>");
        html.Add($"<text x=\"{Width}\" y=\"{Height - 4}\" text-anchor=\"end\">{Figures.Short(bins[^1].Name, 30)}</text></svg>");
    }

    /// <summary>Values over time, each with a dot.</summary>
    public static void Line(Html html, IReadOnlyList<(string Label, double Value)> points, string title)
    {
        double least = points.Min(point => point.Value);
        double most = points.Max(point => point.Value);
        double room = most > least ? (most - least) * 0.1 : Math.Max(Math.Abs(most) * 0.1, 0.01);
        (least, most) = (least - room, most + room);
        double plot = Height - Axis;
        double X(int i) => points.Count == 1 ? Width / 2 : 6 + (i * (Width - 12) / (points.Count - 1));
        double Y(double value) => plot - 4 - ((value - least) / (most - least) * (plot - 12));
        html.Add($"<svg class=\"chart\" viewBox=\"0 0 {Width} {Height}\" role=\"img\"><title>{title}</title><path class=\"before\" d=\"");
        for (int i = 0; i < points.Count; i++)
            html.Add($"{(i == 0 ? "M" : "L")}{X(i)} {Y(points[i].Value)}");
        html.AddMarkup("\"/>");
        for (int i = 0; i < points.Count; i++)
            html.Add($"<circle class=\"bar\" cx=\"{X(i)}\" cy=\"{Y(points[i].Value)}\" r=\"4\"><title>{points[i].Label}: {Figures.Number(points[i].Value)}</title></circle>");
        html.Add($"<path class=\"axis\" d=\"M0 {plot}H{Width}\"/><text x=\"0\" y=\"{Height - 4}\">{points[0].Label}</text><text x=\"{Width}\" y=\"{Height - 4}\" text-anchor=\"end\">{points[^1].Label}</text></svg>");
    }
}
