using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// A point in time as days since a reference day and its calendar parts in UTC. The calendar is the proleptic Gregorian one
/// (day-count algorithm: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
/// </summary>
internal sealed class DateTimeEncoder(int input, string name, double referenceDay, bool hasTimes)
    : InputEncoder(name, ColumnType.DateTime, MakeSlots(input, hasTimes))
{
    public const string KindName = "dateTime";
    private const double SecondsPerDay = 86400;

    /// <summary>About ±270,000 years; what lies outside is no date and counts as missing.</summary>
    public const double MaxDays = 1e8;

    /// <summary>Days from 1970-01-01 to the first day of the training part.</summary>
    public double ReferenceDay { get; } = referenceDay;

    /// <summary>Whether the training part holds times other than midnight.</summary>
    public bool HasTimes { get; } = hasTimes;

    public override string Kind => KindName;

    /// <summary>Learns the reference day and whether there are times of day.</summary>
    public static DateTimeEncoder Fit(int input, NumericColumn column, int[] rows)
    {
        double first = double.PositiveInfinity;
        bool times = false;
        foreach (int row in rows)
        {
            double days = column.Values[row] / SecondsPerDay;
            if (!(Math.Abs(days) <= MaxDays))
                continue;
            double midnight = Math.Floor(days);
            first = Math.Min(first, midnight);
            times |= days != midnight;
        }
        return new DateTimeEncoder(input, column.Name, double.IsFinite(first) ? first : 0, times);
    }

    public override void SetNumber(double value, Span<double> slots, int stride)
    {
        double days = value / SecondsPerDay;
        if (!(Math.Abs(days) <= MaxDays))
        {
            SetMissing(slots, stride);
            return;
        }
        double midnight = Math.Floor(days);
        (long year, int month, int day) = Civil((long)midnight);
        slots[0] = days - ReferenceDay;
        slots[stride] = year;
        slots[2 * stride] = month;
        slots[3 * stride] = day;
        slots[4 * stride] = DayOfWeek((long)midnight);
        if (HasTimes)
            slots[5 * stride] = Math.Floor((value - midnight * SecondsPerDay) / 3600);
    }

    public override ColumnReader Bind(Column column) => new Reader(this, Expect<NumericColumn>(column));

    public override InputDocument Describe() => base.Describe() with { ReferenceDay = ReferenceDay, Times = HasTimes };

    private static List<Slot> MakeSlots(int input, bool hasTimes)
    {
        List<Slot> slots =
        [
            new(input, "days"),
            new(input, "year"),
            new(input, "month", FirstLevel: 1, Levels: 12),
            new(input, "dayOfMonth"),
            new(input, "dayOfWeek", FirstLevel: 1, Levels: 7),
        ];
        if (hasTimes)
            slots.Add(new Slot(input, "hour", FirstLevel: 0, Levels: 24));
        return slots;
    }

    /// <summary>Monday = 1 … Sunday = 7 (ISO 8601).</summary>
    private static int DayOfWeek(long days) => (int)(((days + 3) % 7 + 7) % 7) + 1;

    private static (long Year, int Month, int Day) Civil(long days)
    {
        days += 719468;
        long era = (days >= 0 ? days : days - 146096) / 146097;
        long dayOfEra = days - era * 146097;
        long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shifted = (5 * dayOfYear + 2) / 153;
        int day = (int)(dayOfYear - (153 * shifted + 2) / 5 + 1);
        int month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    private sealed class Reader(DateTimeEncoder encoder, NumericColumn column) : ColumnReader
    {
        public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
        {
            ReadOnlySpan<double> values = column.Values;
            for (int i = 0; i < count; i++)
                encoder.SetNumber(values[rows is null ? start + i : rows[start + i]], slots[i..], stride);
        }
    }
}
