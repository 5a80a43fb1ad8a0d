namespace MlServerless.Data;

/// <summary>A <see cref="PartScan"/> as JSON.</summary>
internal sealed record PartScanDocument(long Rows, long RejectedRows, IReadOnlyList<TallyDocument?> Faults, IReadOnlyList<ColumnScanDocument> Columns, bool? TooManyColumns = null, IReadOnlyList<RuleTallyDocument>? Rules = null, RowSampleDocument? Sample = null);
