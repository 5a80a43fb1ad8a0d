using MlServerless.Learning.Numerics;

namespace MlServerless.Learning.Tests.Numerics;

public class WorkTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Run_EveryPiece_RunsOnce(int threads)
    {
        var team = new WorkTeam(threads);
        for (int repeat = 0; repeat < 200; repeat++)
        {
            int[] runs = new int[17];
            team.Run(runs.Length, piece => Interlocked.Increment(ref runs[piece]));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_PieceThatThrows_ThrowsToTheCaller(int threads)
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
            new WorkTeam(threads).Run(10, piece => { if (piece == 3) throw new InvalidOperationException("piece 3"); }));
        Assert.Equal("piece 3", error.Message);
    }

    [Fact]
    public void RunBlocks_Length_IsCutWithoutGaps()
    {
        (int Start, int End)[] blocks = new (int, int)[4];
        new WorkTeam(2).RunBlocks(10, 3, (block, start, end) => blocks[block] = (start, end));
        Assert.Equal([(0, 3), (3, 6), (6, 9), (9, 10)], blocks);
    }
}
