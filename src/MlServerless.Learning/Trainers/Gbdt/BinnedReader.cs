using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Reads the slots of one input from binned rows: a category as its bucket, a number as the upper edge of its bin, to which every threshold of a tree stands as to the number itself.</summary>
internal sealed class BinnedReader(BinnedRows data, int firstSlot, int slotCount) : ColumnReader
{
    public override void Read(int[]? rows, int start, int count, Span<double> slots, int stride)
    {
        for (int s = 0; s < slotCount; s++)
        {
            FeatureBins bins = data.Features[firstSlot + s];
            ReadOnlySpan<byte> column = data.Column(firstSlot + s, 0, data.RowCount);
            for (int i = 0; i < count; i++)
            {
                byte bin = column[rows is null ? start + i : rows[start + i]];
                slots[s * stride + i] = bins.IsCategory ? bin : bin == FeatureBins.MissingBin ? double.NaN : bins.UpperEdge(bin);
            }
        }
    }
}
