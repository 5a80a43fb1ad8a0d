namespace MlServerless.Data;

/// <summary>A <see cref="RowSample"/> as JSON.</summary>
/// <param name="Contents">Rows without their key.</param>
/// <param name="Columns">The values of those, by column in ordinal order.</param>
/// <param name="Copies">Whole rows; null where there is no key.</param>
internal sealed record RowSampleDocument(BottomRowsDocument Contents, IReadOnlyList<SampledColumnDocument> Columns, BottomRowsDocument? Copies = null);
