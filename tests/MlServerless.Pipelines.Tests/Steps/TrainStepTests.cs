using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class TrainStepTests(StorageFixture fixture)
{
    private const string Small = """{"name":"small","trainer":"linear","parameters":{"l2":3}}""";
    private const string Large = """{"name":"large","trainer":"gbdt","search":{"kind":"grid","parameters":{"rounds":[10000],"maxLeaves":[1024]}}}""";
    private readonly ManualTime time = new();

    /// <summary>A trial that would not fit into memory is told on its record; the others are trained, and the best of them is chosen.</summary>
    [Fact]
    public async Task RunAsync_ATrialThatCannotBeTrained_LeavesTheOthers()
    {
        RunRecord run = await ClaimAsync($"{Large},{Small}");
        CandidateRecord large = await Step().RunAsync(run.Ref, 0, "large-1", CancellationToken.None);
        CandidateRecord small = await Step().RunAsync(run.Ref, 1, "small", CancellationToken.None);
        Assert.Null(large.ModelHash);
        Assert.Contains("large-1", large.Error!.Message);
        Assert.Equal(1024, large.Parameters!["maxLeaves"].GetInt32());
        Assert.Null(small.Error);
        Assert.Equal(3, small.Parameters!["l2"].GetInt32());

        var log = new RunLog(fixture.Storage, time);
        var evaluate = new EvaluateStep(Runner(), fixture.Storage, new SpecCatalog(fixture.Storage), new PreparedDataReader(fixture.Storage), new HoldOutEvaluator(fixture.Storage), new PipelineOptions());
        Assert.True(await evaluate.RunAsync(run.Ref, [large, small], CancellationToken.None));
        RunRecord evaluated = (await log.FindAsync(run.Id, CancellationToken.None))!;
        Assert.Equal("small", evaluated.Chosen);
        Assert.Equal([null, 1], evaluated.Candidates.Select(candidate => candidate.Rank));
        Assert.Equal("train", evaluated.Candidates[0].Error!.Stage);
    }

    /// <summary>Alone, it fails the run as any step does.</summary>
    [Fact]
    public async Task RunAsync_TheOnlyCandidateCannotBeTrained_Throws()
    {
        RunRecord run = await ClaimAsync(Large);
        TrainingException error = await Assert.ThrowsAsync<TrainingException>(() => Step().RunAsync(run.Ref, 0, "large-1", CancellationToken.None));
        Assert.Equal("out-of-memory-budget", error.Code);
    }

    /// <summary>The first training bins the rows and stores them as content; the other finds them, and both give what a training from the tables gives.</summary>
    [Fact]
    public async Task RunAsync_TwoForests_ShareTheirBinnedRows()
    {
        RunRecord run = await ClaimAsync("""{"name":"few","trainer":"gbdt","parameters":{"rounds":3}},{"name":"more","trainer":"gbdt","parameters":{"rounds":6}}""");
        CandidateRecord few = await Step().RunAsync(run.Ref, 0, "few", CancellationToken.None);
        string binned = Assert.Single(await BinnedAsync(run));
        string hash = Encoding.UTF8.GetString((await fixture.Storage.Checkpoints.FindAsync(binned, CancellationToken.None))!);
        Assert.True(await fixture.Storage.Content.ExistsAsync(ContentHash.Parse(hash), CancellationToken.None));
        CandidateRecord more = await Step().RunAsync(run.Ref, 1, "more", CancellationToken.None);
        Assert.Equal([binned], await BinnedAsync(run));

        Table table = Rows();
        foreach ((CandidateRecord record, int rounds) in ((CandidateRecord, int)[])[(few, 3), (more, 6)])
        {
            ModelArtifact model = await ModelTrainer.TrainAsync(new TrainingRequest
            {
                Task = LearningTask.Binary,
                Label = "y",
                Features = ["x"],
                Schema = new DataSchema { Columns = [.. table.Columns.Select(column => new ColumnSchema { Name = column.Name, Type = column.Type })] },
                Train = table,
                Validation = table,
                Trainer = "gbdt",
                Parameters = new JsonObject { ["rounds"] = rounds },
                Seed = 1,
            });
            Assert.Equal(model.Hash, record.ModelHash);
        }
    }

    private async Task<List<string>> BinnedAsync(RunRecord run)
    {
        List<string> paths = [];
        await foreach (string path in fixture.Storage.Checkpoints.ListAsync($"{run.Id}/binned.", CancellationToken.None))
            paths.Add(path);
        return paths;
    }

    private TrainStep Step() => new(Runner(), fixture.Storage, new SpecCatalog(fixture.Storage), new PreparedDataReader(fixture.Storage), Options);

    private StepRunner Runner() => new(new RunLog(fixture.Storage, time), time, Options);

    private static PipelineOptions Options { get; } = new() { MemoryBudget = 300_000_000, Threads = 1 };

    private async Task<RunRecord> ClaimAsync(string candidates)
    {
        Task<ContentHash> put(byte[] bytes) => fixture.Storage.Content.PutAsync(bytes, CancellationToken.None);
        Table table = Rows();
        var schema = new DataSchema { Columns = [.. table.Columns.Select(column => new ColumnSchema { Name = column.Name, Type = column.Type })] };
        var part = new PreparedPart(await put(ColumnFile.Write(table)), table.RowCount);
        ContentHash schemaHash = await put(schema.ToCanonicalJson());
        var prepared = new PreparedData(default, schemaHash, ["x"], 2, default, part, part, part);
        string spec = $$"""{"task":"binary","label":"y","candidates":[{{candidates}}]}""";
        RunRecord run = TestRuns.Claimed(TestRuns.NewPipeline(), time.GetUtcNow()) with
        {
            SpecHash = await put(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(spec))),
            DataVersion = default(ContentHash),
            SchemaHash = schemaHash,
            PreparedHash = await put(CanonicalJson.Serialize(prepared, PipelineJson.Default.PreparedData)),
        };
        Assert.True(await new RunLog(fixture.Storage, time).TryClaimAsync(run, CancellationToken.None));
        return run;
    }

    private static Table Rows()
    {
        int[] rows = [.. Enumerable.Range(0, 200)];
        return new Table(
        [
            new NumericColumn("x", ColumnType.Number, [.. rows.Select(i => (double)(i * 37 % 101))]),
            new CategoryColumn("y", ColumnType.Category, [.. rows.Select(i => i * 37 % 101 + i * 13 % 17 > 60 ? 1 : 0)], ["no", "yes"]),
        ]);
    }
}
