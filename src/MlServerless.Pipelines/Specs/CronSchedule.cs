using System.Globalization;

namespace MlServerless.Pipelines.Specs;

/// <summary>
/// Times by the five fields of cron (minute, hour, day of month, month, day of week), in UTC: numbers, <c>*</c>, lists, ranges and steps. Where both days are
/// restricted, either will do, as cron has it.
/// </summary>
public sealed record CronSchedule
{
    private static readonly (int Least, int Greatest)[] Ranges = [(0, 59), (0, 23), (1, 31), (1, 12), (0, 7)];

    private readonly ulong[] fields;

    private CronSchedule(string text, ulong[] fields)
    {
        Text = text;
        this.fields = fields;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    public static CronSchedule? TryParse(string text)
    {
        string[] parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Ranges.Length)
            return null;
        ulong[] fields = new ulong[Ranges.Length];
        for (int i = 0; i < fields.Length; i++)
        {
            if (ParseField(parts[i], Ranges[i].Least, Ranges[i].Greatest) is not { } bits)
                return null;
            fields[i] = bits;
        }

        // Sunday is 0 and 7.
        if ((fields[4] & (1UL << 7)) != 0)
            fields[4] |= 1;
        return new CronSchedule(text, fields);
    }

    public bool Equals(CronSchedule? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.Length;

    /// <summary>The last time that is not after another, within the year before it.</summary>
    public DateTimeOffset? LastDue(DateTimeOffset now)
    {
        DateTime minute = new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerMinute), DateTimeKind.Utc);
        for (DateTime day = minute.Date; day > minute.Date.AddDays(-366); day = day.AddDays(-1))
        {
            if (!IsDay(day))
                continue;
            DateTime last = day == minute.Date ? minute : day.AddDays(1).AddMinutes(-1);
            for (DateTime time = last; time >= day; time = time.AddMinutes(-1))
            {
                if (Has(0, time.Minute) && Has(1, time.Hour))
                    return new DateTimeOffset(time);
            }
        }

        return null;
    }

    private bool IsDay(DateTime day)
    {
        if (!Has(3, day.Month))
            return false;
        bool ofMonth = Has(2, day.Day);
        bool ofWeek = Has(4, (int)day.DayOfWeek);
        bool anyOfMonth = fields[2] == All(2);
        bool anyOfWeek = (fields[4] & 0x7f) == 0x7f;
        return anyOfMonth || anyOfWeek ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private bool Has(int field, int value) => (fields[field] & (1UL << value)) != 0;

    private static ulong All(int field) => Enumerable.Range(Ranges[field].Least, Ranges[field].Greatest - Ranges[field].Least + 1).Aggregate(0UL, (bits, value) => bits | (1UL << value));

    private static ulong? ParseField(string text, int least, int greatest)
    {
        ulong bits = 0;
        foreach (string item in text.Split(','))
        {
            string[] stepped = item.Split('/');
            int step = 1;
            if (stepped.Length > 2 || (stepped.Length == 2 && (!TryNumber(stepped[1], out step) || step == 0)))
                return null;
            int from = least;
            int to = greatest;
            if (stepped[0] != "*")
            {
                string[] range = stepped[0].Split('-');
                if (range.Length > 2 || !TryNumber(range[0], out from) || from < least || from > greatest)
                    return null;
                to = stepped.Length == 2 ? greatest : from;
                if (range.Length == 2 && (!TryNumber(range[1], out to) || to < from || to > greatest))
                    return null;
            }

            for (int value = from; value <= to; value += step)
                bits |= 1UL << value;
        }

        return bits;
    }

    private static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
