using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning.Explanations;

/// <summary>Explains rows and takes the mean size of every input's contributions.</summary>
internal static class ImportanceCollector
{
    private const int MaxRows = 1000;
    private const int LeastRows = 20;

    /// <summary>Models of many trees are explained on fewer rows: at most about this many steps.</summary>
    private const long MaxSteps = 500_000_000;

    private const int BlockRows = 16;

    public static ModelImportance Collect(IModelBody body, int outputs, EncodedRows rows, WorkTeam team)
    {
        Preprocessor preprocessor = rows.Preprocessor;
        int inputs = preprocessor.Inputs.Count;
        int slots = preprocessor.Slots.Count;
        IAttribution attribution = body.Attribute(preprocessor.Slots);
        int explained = Math.Min(rows.Count, (int)Math.Clamp(MaxSteps / Math.Max(1, attribution.Cost), LeastRows, MaxRows));
        EncodedRows chosen = rows.Select([.. Enumerable.Range(0, explained).Select(i => (int)((long)i * rows.Count / explained))]);
        double[][] sums = new double[WorkTeam.BlockCount(explained, BlockRows)][];
        team.RunBlocks(explained, BlockRows, (block, from, to) =>
        {
            double[] own = sums[block] = new double[inputs];
            double[] row = new double[slots];
            double[] contributions = new double[inputs * outputs];
            for (int i = from; i < to; i++)
            {
                chosen.Read(i, 1, row, 1);
                Array.Clear(contributions);
                attribution.Explain(row, contributions);
                for (int c = 0; c < contributions.Length; c++)
                    own[c % inputs] += Math.Abs(contributions[c]);
            }
        });
        double[] total = new double[inputs];
        foreach (double[] part in sums)
            for (int input = 0; input < inputs; input++)
                total[input] += part[input];
        double[]? gains = body.Gains(slots);
        return new ModelImportance(explained, [.. preprocessor.Inputs.Select((input, i) => new InputImportance(
            input.Name, explained == 0 ? 0 : total[i] / explained, gains is null ? null : GainOf(gains, preprocessor, i)))]);
    }

    private static double GainOf(double[] gains, Preprocessor preprocessor, int input)
    {
        double sum = 0;
        for (int slot = 0; slot < gains.Length; slot++)
            if (preprocessor.Slots[slot].Input == input)
                sum += gains[slot];
        return sum;
    }
}
