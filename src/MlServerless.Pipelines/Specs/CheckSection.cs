using MlServerless.Data;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>checks</c>.</summary>
internal static class CheckSection
{
    public static CheckSpec Read(SpecReader reader)
    {
        var defaults = new CheckSpec();
        var checks = new CheckSpec
        {
            MinimumRows = (int)(reader.Integer("minimumRows", 10, int.MaxValue) ?? defaults.MinimumRows),
            LeastRowRatio = reader.Number("leastRowRatio", 0, 1) ?? defaults.LeastRowRatio,
            MostRowRatio = reader.Number("mostRowRatio", 1, double.MaxValue) ?? defaults.MostRowRatio,
            Shift = ReadShift(reader.Object("shift")),
        };
        reader.RefuseUnknown();
        return checks;
    }

    private static DriftOptions ReadShift(SpecReader reader)
    {
        var defaults = new DriftOptions();
        var shift = new DriftOptions
        {
            MinimumRows = reader.Integer("minimumRows", 30, 1_000_000_000) ?? defaults.MinimumRows,
            Psi = reader.Number("psi", 0.001, 100) ?? defaults.Psi,
            Wasserstein = reader.Number("wasserstein", 0.001, 100) ?? defaults.Wasserstein,
            RateChange = reader.Number("rateChange", 0.001, 1) ?? defaults.RateChange,
            UnseenRate = reader.Number("unseenRate", 0.0001, 1) ?? defaults.UnseenRate,
        };
        reader.RefuseUnknown();
        return shift;
    }
}
