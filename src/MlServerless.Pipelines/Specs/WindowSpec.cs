using System.Globalization;

namespace MlServerless.Pipelines.Specs;

/// <summary>Which uploads of a pipeline make up the data that a run is trained on.</summary>
/// <param name="Kind">Which of the uploads.</param>
/// <param name="Days">For <see cref="WindowKind.LastDays"/>: how many days before the newest upload, counted from that upload's time and never from the clock.</param>
public sealed record WindowSpec(WindowKind Kind, int Days = 0)
{
    public const int MaxDays = 3650;

    public static readonly WindowSpec Latest = new(WindowKind.Latest);

    /// <summary>As the spec writes it: <c>latest</c>, <c>all</c> or <c>last 30 days</c>.</summary>
    public override string ToString() => Kind switch
    {
        WindowKind.Latest => "latest",
        WindowKind.All => "all",
        _ => string.Create(CultureInfo.InvariantCulture, $"last {Days} days"),
    };

    /// <summary>Reads what <see cref="ToString"/> writes; <c>last 1 day</c>, too. The number of days is not checked.</summary>
    public static bool TryParse(string text, out WindowSpec window)
    {
        window = Latest;
        if (text == "latest")
            return true;
        if (text == "all")
        {
            window = new WindowSpec(WindowKind.All);
            return true;
        }

        string[] words = text.Split(' ');
        if (words is not ["last", _, "day" or "days"] || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int days))
            return false;
        window = new WindowSpec(WindowKind.LastDays, days);
        return true;
    }
}
