using System.Text.Json.Nodes;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class CheckpointTests
{
    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task TrainAsync_KilledAfterACheckpoint_ResumesToTheSameHash(string trainer, LearningTask task)
    {
        TrainingRequest request = Request(trainer, task);
        ModelArtifact undisturbed = await ModelTrainer.TrainAsync(request);
        var checkpoint = new Memory { FailAfterSaves = 1 };
        await Assert.ThrowsAsync<IOException>(() => ModelTrainer.TrainAsync(request with { Checkpoint = checkpoint }));
        Assert.NotNull(checkpoint.State);
        checkpoint.FailAfterSaves = int.MaxValue;
        List<double> progress = [];
        ModelArtifact resumed = await ModelTrainer.TrainAsync(request with { Checkpoint = checkpoint, Progress = progress.Add });
        Assert.Equal(undisturbed.Hash, resumed.Hash);
        Assert.True(progress[0] > FirstProgress(trainer), $"The training started again: its first progress was {progress[0]}.");
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task TrainAsync_CheckpointOfOtherInputs_IsIgnored(string trainer, LearningTask task)
    {
        TrainingRequest request = Request(trainer, task);
        var checkpoint = new Memory { FailAfterSaves = 1 };
        await Assert.ThrowsAsync<IOException>(() => ModelTrainer.TrainAsync(request with { Checkpoint = checkpoint }));
        checkpoint.FailAfterSaves = int.MaxValue;
        TrainingRequest other = request with { Train = SampleTable.Make(1500, 9) };
        ModelArtifact undisturbed = await ModelTrainer.TrainAsync(other);
        ModelArtifact resumed = await ModelTrainer.TrainAsync(other with { Checkpoint = checkpoint });
        Assert.Equal(undisturbed.Hash, resumed.Hash);
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task TrainAsync_DamagedCheckpoint_IsIgnored(string trainer, LearningTask task)
    {
        TrainingRequest request = Request(trainer, task);
        var checkpoint = new Memory { FailAfterSaves = 1 };
        await Assert.ThrowsAsync<IOException>(() => ModelTrainer.TrainAsync(request with { Checkpoint = checkpoint }));
        checkpoint.FailAfterSaves = int.MaxValue;
        checkpoint.State = checkpoint.State![..(checkpoint.State.Length / 2)];
        ModelArtifact undisturbed = await ModelTrainer.TrainAsync(request);
        ModelArtifact resumed = await ModelTrainer.TrainAsync(request with { Checkpoint = checkpoint });
        Assert.Equal(undisturbed.Hash, resumed.Hash);
    }

    // A linear training of this size takes about thirty steps and saves every twenty-five.
    private static TrainingRequest Request(string trainer, LearningTask task) => Training.Request(trainer, task) with
    {
        Parameters = trainer == "linear" ? new JsonObject { ["l2"] = 0.01, ["tolerance"] = 1e-30 } : Training.Parameters(trainer),
    };

    private static double FirstProgress(string trainer) => trainer == "gbdt" ? 2.0 / 20 : 25.0 / 500;

    private sealed class Memory : ITrainingCheckpoint
    {
        private int saves;

        public byte[]? State { get; set; }

        public int FailAfterSaves { get; set; }

        public ValueTask<byte[]?> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(State);

        public ValueTask SaveAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken)
        {
            State = state.ToArray();
            return ++saves >= FailAfterSaves ? throw new IOException("killed") : ValueTask.CompletedTask;
        }
    }
}
