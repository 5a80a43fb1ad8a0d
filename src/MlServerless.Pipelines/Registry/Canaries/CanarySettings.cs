namespace MlServerless.Pipelines.Registry.Canaries;

/// <summary>How a version is tried on a part of the calls before it becomes champion.</summary>
/// <param name="Percent">The part of the entities whose calls it answers, more than 0 and at most 100.</param>
/// <param name="EntityColumn">The column that names the entity of a call in its rows; null for none.</param>
/// <param name="Bake">How long it must do well.</param>
/// <param name="MinimumRequests">Fewer answered calls decide nothing.</param>
/// <param name="MaxErrorIncrease">How much greater its share of calls with errors may be than the champion's.</param>
/// <param name="Promote">Whether it becomes champion by itself when it has baked.</param>
public sealed record CanarySettings(double Percent, string? EntityColumn, TimeSpan Bake, long MinimumRequests = 100, double MaxErrorIncrease = 0.02, bool Promote = true)
{
    /// <summary>In a sentence, for the log.</summary>
    public string Describe() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"canary: {Percent:0.####} % of the entities{(EntityColumn is null ? "" : $" by {EntityColumn}")} for {Bake:c}, at least {MinimumRequests} calls, errors at most {MaxErrorIncrease:0.####} above the champion's{(Promote ? "" : "; somebody promotes it")}");
}
