using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class BinnedTrainingTests
{
    public static TheoryData<LearningTask> Tasks => [LearningTask.Binary, LearningTask.Multiclass, LearningTask.Regression];

    [Theory]
    [MemberData(nameof(Tasks))]
    public async Task TrainAsync_BinnedReadOrMapped_GivesTheArtifactOfTheTables(LearningTask task)
    {
        TrainingRequest request = Training.Request("gbdt", task);
        TrainingRequest withoutTables = request with { Train = new Table([]), Validation = new Table([]) };
        ContentHash expected = (await Training.ModelAsync("gbdt", task)).Hash;
        using BinnedTraining made = await BinnedTraining.OfAsync(request);
        Assert.Equal(expected, (await made.TrainAsync(withoutTables)).Hash);
        byte[] bytes = Bytes(made);
        foreach (string? folder in (string?[])[null, Path.GetTempPath()])
        {
            using BinnedTraining read = BinnedTraining.Read(new MemoryStream(bytes), folder);
            Assert.Equal(expected, (await read.TrainAsync(withoutTables with { Threads = 3 })).Hash);
            Assert.Equal(bytes, Bytes(read));
        }
    }

    [Fact]
    public async Task TrainAsync_WithWeights_GivesTheArtifactOfTheTables()
    {
        TrainingRequest request = Training.Request("gbdt", LearningTask.Binary) with
        {
            Features = ["age", "plan", "city"],
            Parameters = new JsonObject { ["rounds"] = 5, ["weightColumn"] = "spend", ["classWeights"] = "balanced" },
        };
        request = request with { Train = WithoutNegative(request.Train), Validation = WithoutNegative(request.Validation) };
        using BinnedTraining made = await BinnedTraining.OfAsync(request);
        using BinnedTraining read = BinnedTraining.Read(new MemoryStream(Bytes(made)));
        Assert.Equal((await ModelTrainer.TrainAsync(request)).Hash, (await read.TrainAsync(request)).Hash);
    }

    [Fact]
    public async Task Write_AboutAByteACell()
    {
        Table table = SampleTable.Make(20_000, 4);
        using BinnedTraining made = await BinnedTraining.OfAsync(Training.RequestOn(
            new Table([table["age"], table["amount"], table["active"], table["city"], new NumericColumn("y", ColumnType.Number, ((NumericColumn)table["spend"]).Values.ToArray())]),
            LearningTask.Regression, "gbdt"));
        // Four cells and the target of each row; the rest is edges, vocabulary and sketch.
        Assert.InRange(Bytes(made).Length, 20_000 * (4 + 8), 20_000 * (4 + 8) + 60_000);
    }

    /// <summary>A training that dies after half of its rounds is taken up by another process from the stored rows and its checkpoint.</summary>
    [Fact]
    public async Task TrainAsync_KilledAfterHalfTheRounds_ResumesFromTheFileToTheSameHash()
    {
        TrainingRequest request = Training.Request("gbdt", LearningTask.Binary);
        byte[] bytes;
        using (BinnedTraining made = await BinnedTraining.OfAsync(request))
            bytes = Bytes(made);
        var checkpoint = new MemoryCheckpoint();
        using (BinnedTraining first = BinnedTraining.Read(new MemoryStream(bytes)))
            await Assert.ThrowsAsync<IOException>(() => first.TrainAsync(request with
            {
                Checkpoint = checkpoint,
                Progress = done =>
                {
                    if (done >= 0.5)
                        throw new IOException("killed");
                },
            }));
        Assert.NotNull(checkpoint.State);
        double earliest = 1;
        using BinnedTraining second = BinnedTraining.Read(new MemoryStream(bytes));
        ModelArtifact resumed = await second.TrainAsync(request with { Checkpoint = checkpoint, Progress = done => earliest = Math.Min(earliest, done) });
        Assert.True(earliest >= 0.4, $"{earliest}");
        Assert.Equal((await Training.ModelAsync("gbdt", LearningTask.Binary)).Hash, resumed.Hash);
    }

    [Fact]
    public async Task Read_OtherBytes_AreRefused()
    {
        using BinnedTraining made = await BinnedTraining.OfAsync(Training.Request("gbdt", LearningTask.Binary));
        byte[] bytes = Bytes(made);
        Assert.Throws<InvalidDataException>(() => BinnedTraining.Read(new MemoryStream(bytes[..^1])));
        Assert.Throws<InvalidDataException>(() => BinnedTraining.Read(new MemoryStream([.. bytes, 0])));
        Assert.Throws<InvalidDataException>(() => BinnedTraining.Read(new MemoryStream([1, 2, 3])));
        bytes[3] ^= 1;
        Assert.Throws<InvalidDataException>(() => BinnedTraining.Read(new MemoryStream(bytes)));
    }

    [Fact]
    public void Key_DependsOnWhatBinsTheRows()
    {
        TrainingRequest request = Training.Request("gbdt", LearningTask.Binary);
        ContentHash rows = ContentHash.Of([1]);
        ContentHash key = BinnedTraining.Key(request, rows);
        Assert.Equal(key, BinnedTraining.Key(request with { Seed = 5, Threads = 4, Parameters = new JsonObject { ["rounds"] = 7 } }, rows));
        Assert.NotEqual(key, BinnedTraining.Key(request, ContentHash.Of([2])));
        Assert.NotEqual(key, BinnedTraining.Key(request with { Parameters = new JsonObject { ["maxBins"] = 63 } }, rows));
        Assert.NotEqual(key, BinnedTraining.Key(request with { Features = ["age"] }, rows));
    }

    private static Table WithoutNegative(Table table)
    {
        ReadOnlySpan<double> spend = ((NumericColumn)table["spend"]).Values;
        List<int> rows = [];
        for (int row = 0; row < spend.Length; row++)
            if (spend[row] >= 0)
                rows.Add(row);
        return table.Select(rows.ToArray());
    }

    private static byte[] Bytes(BinnedTraining rows)
    {
        using var stream = new MemoryStream();
        rows.Write(stream);
        return stream.ToArray();
    }

    private sealed class MemoryCheckpoint : ITrainingCheckpoint
    {
        public byte[]? State { get; private set; }

        public ValueTask<byte[]?> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(State);

        public ValueTask SaveAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
        {
            State = state.ToArray();
            return ValueTask.CompletedTask;
        }
    }
}
