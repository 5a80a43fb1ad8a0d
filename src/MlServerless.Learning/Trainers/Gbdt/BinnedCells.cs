using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>Training and validation rows, binned alike.</summary>
internal sealed record BinnedCells(BinnedRows Train, BinnedRows Validation) : IDisposable
{
    /// <param name="maxBins">Value bins of a number at most.</param>
    public static BinnedCells Of(TrainingSet set, int maxBins, WorkTeam team)
    {
        FeatureBins[] features = Binner.Fit(set.Train, maxBins, team);
        return new BinnedCells(Binner.Assign(features, set.Train, team), Binner.Assign(features, set.Validation, team));
    }

    /// <summary>The same set, its rows read from these cells and no longer from tables: each value stands for its bin, which is all that trees can tell.</summary>
    public TrainingSet Replace(TrainingSet set) => set with
    {
        Train = Bind(set.Preprocessor, Train),
        Validation = Bind(set.Preprocessor, Validation),
        Cells = this,
    };

    public void Dispose()
    {
        Train.Dispose();
        Validation.Dispose();
    }

    private static EncodedRows Bind(Preprocessor preprocessor, BinnedRows rows) => new(
        preprocessor,
        [.. preprocessor.Inputs.Select((input, i) => new BinnedReader(rows, preprocessor.FirstSlot(i), input.Slots.Count))],
        null,
        rows.RowCount);
}
