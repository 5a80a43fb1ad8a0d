using MlServerless.Learning.Tests.Support;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning.Tests.Gbdt;

public unsafe class CompiledForestTests
{
    /// <summary>Tables, planes and walks, alone and in groups that end anywhere, against the definition of a tree.</summary>
    [Theory]
    [InlineData(1UL, 1, 2)]
    [InlineData(2UL, 7, 9)]
    [InlineData(3UL, 40, 32)]
    [InlineData(4UL, 40, 64)]
    [InlineData(5UL, 12, 200)]
    [InlineData(6UL, 150, 31)]
    public void AddTo_EveryWayAndEveryNumberOfRows_GivesTheSumOfTheLeaves(ulong seed, int trees, int maxLeaves)
    {
        var random = new RandomForest(seed, trees, maxLeaves);
        double[][] rows = [.. Enumerable.Range(0, 150).Select(_ => random.Row())];
        foreach (int groups in (int[])[1, 3])
        {
            double[] expected = new double[rows.Length * groups];
            for (int i = 0; i < rows.Length; i++)
                for (int t = 0; t < trees; t++)
                    expected[i * groups + t % groups] += RandomForest.Walk(random.Trees[t], rows[i]);
            foreach ((long tableBytes, bool planes) in ((long, bool)[])[(0, false), (0, true), (CompiledForest.MaxTableBytes, true), (CompiledForest.MaxTableBytes, false)])
            {
                var forest = new CompiledForest(random.Trees, random.Features, groups, tableBytes, planes);
                foreach (int count in (int[])[1, 2, 11, 12, 63, 64, 65, 150])
                {
                    Assert.Equal(expected[..(count * groups)], Score(forest, random, rows[..count], groups, rowsFirst: true));
                    Assert.Equal(expected[..(count * groups)], Score(forest, random, rows[..count], groups, rowsFirst: false));
                }
            }
        }
    }

    [Fact]
    public void AddTo_NoTrees_ChangesNothing()
    {
        var random = new RandomForest(1, 0, 1);
        var forest = new CompiledForest([], random.Features, 1, CompiledForest.MaxTableBytes);
        Assert.Equal(new double[20], Score(forest, random, [.. Enumerable.Range(0, 20).Select(_ => random.Row())], 1, rowsFirst: true));
    }

    private static double[] Score(CompiledForest forest, RandomForest random, double[][] rows, int groups, bool rowsFirst)
    {
        int stride = rows.Length;
        byte[] bins = new byte[RandomForest.Slots * stride];
        for (int s = 0; s < RandomForest.Slots; s++)
            random.Features[s].Assign([.. rows.Select(row => row[s])], bins.AsSpan(s * stride, stride));
        double[] scores = new double[stride * groups];
        fixed (byte* pointer = bins)
            forest.AddTo(pointer, stride, stride, scores, rowsFirst ? groups : 1, rowsFirst ? 1 : stride);
        return rowsFirst ? scores : [.. from i in Enumerable.Range(0, stride) from k in Enumerable.Range(0, groups) select scores[k * stride + i]];
    }
}
