namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Scores rows with a compiled forest: slots are binned by the thresholds that the trees ask for, then walked as bytes.</summary>
internal sealed unsafe class ForestPredictor(double[] baseScores, CompiledForest forest, FeatureBins[] features) : IPredictor
{
    private const int MaxStackBytes = 16 << 10;

    public void ScoreRaw(ReadOnlySpan<double> slots, int stride, int rows, Span<double> raw)
    {
        int outputs = baseScores.Length;
        for (int i = 0; i < rows; i++)
            baseScores.CopyTo(raw[(i * outputs)..]);
        int block = Math.Clamp(MaxStackBytes / Math.Max(1, features.Length), 1, rows);
        byte* bins = stackalloc byte[Math.Min(MaxStackBytes, block * features.Length)];
        if (block * features.Length > MaxStackBytes)
        {
            // One row of more features than the stack should hold.
            fixed (byte* large = new byte[features.Length])
                ScoreBlocks(slots, stride, rows, raw, large, 1);
            return;
        }
        ScoreBlocks(slots, stride, rows, raw, bins, block);
    }

    private void ScoreBlocks(ReadOnlySpan<double> slots, int stride, int rows, Span<double> raw, byte* bins, int block)
    {
        int outputs = baseScores.Length;
        for (int start = 0; start < rows; start += block)
        {
            int count = Math.Min(block, rows - start);
            if (count == 1)
                for (int f = 0; f < features.Length; f++)
                    bins[(long)f * block] = features[f].BinOf(slots[features[f].Slot * stride + start]);
            else
                for (int f = 0; f < features.Length; f++)
                    features[f].Assign(slots.Slice(features[f].Slot * stride + start, count), new Span<byte>(bins + (long)f * block, count));
            forest.AddTo(bins, block, count, raw[(start * outputs)..], outputs, 1);
        }
    }
}
