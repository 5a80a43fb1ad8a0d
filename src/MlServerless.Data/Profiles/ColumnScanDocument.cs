namespace MlServerless.Data;

/// <summary>A <see cref="ColumnScan"/> as JSON.</summary>
/// <param name="Name">The column.</param>
/// <param name="Values">Counted values in ordinal order of their UTF-8 bytes.</param>
/// <param name="Counts">For every value.</param>
/// <param name="Declared">The declared type.</param>
/// <param name="Registers">Those of the HyperLogLog, in Base64, once not every value is counted.</param>
/// <param name="Absent">Rows whose file lacks the column.</param>
/// <param name="Missing">Missing values.</param>
/// <param name="NonFinite">Infinities.</param>
/// <param name="Unexpected">Values not of the declared type.</param>
/// <param name="OutOfRange">Values outside the declared range.</param>
/// <param name="OutsideDomain">Values outside the declared domain.</param>
/// <param name="Classes">By class of value.</param>
/// <param name="Numbers">Figures of the numbers.</param>
/// <param name="Times">Figures of the points in time.</param>
/// <param name="Lengths">Lengths in characters.</param>
internal sealed record ColumnScanDocument(
    string Name,
    IReadOnlyList<string> Values,
    IReadOnlyList<long> Counts,
    ColumnType? Declared = null,
    string? Registers = null,
    long? Absent = null,
    TallyDocument? Missing = null,
    TallyDocument? NonFinite = null,
    TallyDocument? Unexpected = null,
    TallyDocument? OutOfRange = null,
    TallyDocument? OutsideDomain = null,
    IReadOnlyList<TallyDocument?>? Classes = null,
    NumberScanDocument? Numbers = null,
    NumberScanDocument? Times = null,
    LengthDocument? Lengths = null);
