using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Onnx;

/// <summary>
/// <see cref="DateTimeEncoder"/> as ONNX, step for step in doubles. All whole numbers on the way are below 2^53, where the floor of a
/// rounded quotient is the quotient of the integers; NaN goes through every step.
/// </summary>
internal static class OnnxCalendar
{
    private const double SecondsPerDay = 86400;

    /// <param name="seconds">Seconds since 1970-01-01 UTC as doubles.</param>
    /// <param name="slots">Takes the names of the encoder's slots.</param>
    public static void Add(OnnxGraph graph, DateTimeEncoder encoder, string seconds, Span<string?> slots)
    {
        string Of(string op, string left, double right) => graph.Op(op, left, graph.Scalar(right));
        string Quotient(string value, double divisor) => graph.Op("Floor", Of("Div", value, divisor));
        string Choose(string condition, string yes, string no) => graph.Op("Where", condition, yes, no);

        string allDays = Of("Div", seconds, SecondsPerDay);
        string days = Choose(Of("LessOrEqual", graph.Op("Abs", allDays), DateTimeEncoder.MaxDays), allDays, graph.Scalar(double.NaN));
        string midnight = graph.Op("Floor", days);

        // civil_from_days
        string shiftedDays = Of("Add", midnight, 719468);
        string era = Quotient(shiftedDays, 146097);
        string dayOfEra = graph.Op("Sub", shiftedDays, Of("Mul", era, 146097));
        string withoutLeapDays = graph.Op(
            "Sub",
            graph.Op("Add", graph.Op("Sub", dayOfEra, Quotient(dayOfEra, 1460)), Quotient(dayOfEra, 36524)),
            Quotient(dayOfEra, 146096));
        string yearOfEra = Quotient(withoutLeapDays, 365);
        string daysOfYears = graph.Op(
            "Sub",
            graph.Op("Add", Of("Mul", yearOfEra, 365), Quotient(yearOfEra, 4)),
            Quotient(yearOfEra, 100));
        string dayOfYear = graph.Op("Sub", dayOfEra, daysOfYears);
        string shiftedMonth = Quotient(Of("Add", Of("Mul", dayOfYear, 5), 2), 153);
        string dayOfMonth = Of("Add", graph.Op("Sub", dayOfYear, Quotient(Of("Add", Of("Mul", shiftedMonth, 153), 2), 5)), 1);
        string month = Choose(Of("Less", shiftedMonth, 10), Of("Add", shiftedMonth, 3), Of("Sub", shiftedMonth, 9));
        string startYear = graph.Op("Add", yearOfEra, Of("Mul", era, 400));

        string sinceMonday = Of("Add", midnight, 3);
        slots[0] = Of("Sub", days, encoder.ReferenceDay);
        slots[1] = Choose(Of("LessOrEqual", month, 2), Of("Add", startYear, 1), startYear);
        slots[2] = month;
        slots[3] = dayOfMonth;
        slots[4] = Of("Add", graph.Op("Sub", sinceMonday, Of("Mul", Quotient(sinceMonday, 7), 7)), 1);
        if (encoder.HasTimes)
            slots[5] = Quotient(graph.Op("Sub", seconds, Of("Mul", midnight, SecondsPerDay)), 3600);
    }
}
