namespace MlServerless.Samples;

/// <summary>Takes the fields of a row in the order of the columns. Null is a missing value.</summary>
internal interface IRowWriter
{
    void Text(string? value);

    void Integer(long? value);

    /// <summary>A decimal number, given as a whole number of its last digit: 1234 with two digits is 12.34.</summary>
    void Decimal(long? units, int digits);

    void Boolean(bool? value);

    /// <summary>Written as <c>2026-01-31</c>.</summary>
    void Date(DateOnly? value);

    /// <summary>Written as <c>2026-01-31T12:34:56Z</c>.</summary>
    void Instant(DateTime? value);
}
