namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Count, range, and scaled sums of the values of a slot.</summary>
/// <param name="Count">Values that are not missing.</param>
/// <param name="Sum">Sum of the values, scaled down by <see cref="SumUnit"/> so that huge ones do not overflow.</param>
/// <param name="Squares">Sum of the squared distances from a mean in units of <see cref="SquareUnit"/>.</param>
internal readonly record struct SlotStatistics(long Count, double Min, double Max, double Sum, double SquareUnit, double Squares)
{
    /// <summary>2^-64: sums of 2^63 values of any size stay finite.</summary>
    private const double SumUnit = 5.421010862427522e-20;

    public static readonly SlotStatistics Empty = new(0, double.PositiveInfinity, double.NegativeInfinity, 0, 0, 0);

    public double Mean => Count == 0 ? 0 : Sum / Count / SumUnit;

    /// <summary>One over the standard deviation (of the population); 0 where that is not a finite number.</summary>
    public double InverseDeviation
    {
        get
        {
            double inverse = 1 / (Math.Sqrt(Squares / Count) * SquareUnit);
            return double.IsFinite(inverse) ? inverse : 0;
        }
    }

    /// <param name="mean">Where squared distances are measured from; null for none.</param>
    public static SlotStatistics Of(ReadOnlySpan<double> values, double? mean)
    {
        SlotStatistics result = Empty;
        long count = 0;
        double min = double.PositiveInfinity;
        double max = double.NegativeInfinity;
        double sum = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value))
                continue;
            count++;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            sum += value * SumUnit;
        }
        result = result with { Count = count, Min = min, Max = max, Sum = sum };
        return mean is { } center && count > 0 ? result.WithSquares(values, center) : result;
    }

    public SlotStatistics Combine(SlotStatistics other)
    {
        double unit = Math.Max(SquareUnit, other.SquareUnit);
        return new SlotStatistics(
            Count + other.Count,
            Math.Min(Min, other.Min),
            Math.Max(Max, other.Max),
            Sum + other.Sum,
            unit,
            Rescaled(unit) + other.Rescaled(unit));
    }

    private double Rescaled(double unit) => SquareUnit == 0 ? 0 : Squares * (SquareUnit / unit) * (SquareUnit / unit);

    private SlotStatistics WithSquares(ReadOnlySpan<double> values, double center)
    {
        double largest = Math.Max(Math.Abs(Max / 2 - center / 2), Math.Abs(Min / 2 - center / 2));
        double unit = largest == 0 ? 1 : Math.ScaleB(1, Math.Clamp(Math.ILogB(largest) + 1, -1000, 1000));
        double squares = 0;
        foreach (double value in values)
        {
            double distance = value / unit - center / unit;
            squares += double.IsNaN(value) ? 0 : distance * distance;
        }
        return this with { SquareUnit = unit, Squares = squares };
    }
}
