using MlServerless.Learning.Evaluations;

namespace MlServerless.Pipelines.Reports;

/// <summary>Draws what was observed over what was predicted; where they agree, points lie on the diagonal.</summary>
internal static class CalibrationChart
{
    private const double Size = 340;
    private const double Left = 46;
    private const double Bottom = 34;
    private const double Top = 10;
    private const double Right = 14;
    private const int Ticks = 4;

    /// <param name="isProbability">Whether both axes run from 0 to 1.</param>
    public static void Add(Html html, IReadOnlyList<CalibrationBin> bins, bool isProbability, string title)
    {
        double from = isProbability ? 0 : Math.Min(bins.Min(bin => bin.Predicted), bins.Min(bin => bin.Low));
        double to = isProbability ? 1 : Math.Max(bins.Max(bin => bin.Predicted), bins.Max(bin => bin.High));
        if (!(to > from))
            return;
        double X(double value) => Left + ((value - from) / (to - from) * (Size - Left - Right));
        double Y(double value) => Size - Bottom - ((value - from) / (to - from) * (Size - Bottom - Top));
        html.Add($"<svg class=\"chart square\" viewBox=\"0 0 {Size} {Size}\" role=\"img\"><title>{title}</title><path class=\"axis\" d=\"M{Left} {Top}V{Size - Bottom}H{Size - Right}\"/>");
        for (int i = 0; i <= Ticks; i++)
        {
            double value = from + ((to - from) * i / Ticks);
            string label = Figures.Number(Math.Round(value, isProbability ? 2 : 10));
            html.Add($"<path class=\"axis\" d=\"M{Left} {Y(value)}H{Size - Right}\"/><text x=\"{Left - 6}\" y=\"{Y(value) + 4}\" text-anchor=\"end\">{label}</text>");
            if (isProbability || i is 0 or Ticks)
                html.Add($"<text x=\"{X(value)}\" y=\"{Size - Bottom + 15}\" text-anchor=\"{(i == 0 ? "start" : i == Ticks ? "end" : "middle")}\">{label}</text>");
        }

        html.Add($"<path class=\"diagonal\" d=\"M{X(from)} {Y(from)}L{X(to)} {Y(to)}\"/>");
        foreach (CalibrationBin bin in bins)
        {
            double low = Math.Clamp(bin.Low, from, to), high = Math.Clamp(bin.High, from, to);
            html.Add($"<path class=\"whisker\" d=\"M{X(bin.Predicted)} {Y(low)}V{Y(high)}\"/><circle class=\"bar\" cx=\"{X(bin.Predicted)}\" cy=\"{Y(bin.Observed)}\" r=\"4\"><title>predicted {Figures.Number(bin.Predicted)}, observed {Figures.Number(bin.Observed)} ({Figures.Count(bin.Rows)} rows)</title></circle>");
        }

        html.Add($"<text x=\"{Left + ((Size - Left - Right) / 2)}\" y=\"{Size - 3}\" text-anchor=\"middle\">predicted</text><text x=\"{Left + 6}\" y=\"{Top + 10}\">observed</text></svg>");
    }
}
