using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Runs;

/// <summary>Whole runs, led through their steps: what they reuse, leave behind, and what becomes of them when they are repeated, refused or approved.</summary>
[Collection(StorageTests.Name)]
public sealed class LedRunTests : IAsyncLifetime
{
    private static readonly Actor Ada = new("ada", "looks good");
    private readonly StorageFixture fixture;
    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();
    private readonly CheckedRuns runs;
    private readonly Dictionary<ContentHash, byte[]> changed = [];

    public LedRunTests(StorageFixture fixture)
    {
        this.fixture = fixture;
        runs = new CheckedRuns(fixture, time, pipeline);
    }

    public Task InitializeAsync() => PutSpecAsync();

    /// <summary>Content is shared by all tests: what was changed is put right.</summary>
    public async Task DisposeAsync()
    {
        foreach ((ContentHash hash, byte[] bytes) in changed)
            await BlobOf(hash).UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
    }

    private Task PutSpecAsync(string more = "", string candidates = """[{"trainer":"linear"},{"trainer":"gbdt","parameters":{"rounds":5}}]""") =>
        runs.PutWholeSpecAsync($$"""{"task":"binary","label":"y","key":["id"],"candidates":{{candidates}},"checks":{"minimumRows":10}{{more}}}""");

    private async Task<RunRecord> UploadAsync(int seed) => await runs.CompleteAsync(await runs.RunAsync($"{seed}.csv", LearnableRows.Of(seed)));

    private async Task<RunRecord> RequestAsync(RunRequest? request = null) =>
        await runs.CompleteAsync(await runs.RunAsync((await runs.Starter.RequestAsync(pipeline, request ?? new RunRequest(), CancellationToken.None)).Ref));

    private static Dictionary<string, string?> CacheOf(RunRecord run) => run.Traces.Where(trace => trace.Cache is not null).ToDictionary(trace => trace.Part ?? trace.Stage, trace => trace.Cache);

    private async Task<RunManifest> ManifestAsync(RunRecord run) =>
        JsonSerializer.Deserialize(await runs.Storage.Content.ReadAsync(run.ManifestHash!.Value, CancellationToken.None), PipelineJson.Default.RunManifest)!;

    [Fact]
    public async Task SameWorkAgain_IsTakenFromTheRunBefore()
    {
        RunRecord first = await UploadAsync(1);
        Assert.All(CacheOf(first).Values, cache => Assert.Equal("miss", cache));
        Assert.All(first.Traces.Where(trace => trace.Cache is not null), trace => Assert.Empty(trace.Missed!));
        RunRecord again = await RequestAsync();
        Assert.Equal(["prepare", "linear", "gbdt", "evaluate", "package"], CacheOf(again).Keys);
        Assert.All(CacheOf(again).Values, cache => Assert.Equal("hit", cache));
        Assert.All(again.Traces.Where(trace => trace.Cache is not null), trace => Assert.Equal(first.Id, trace.CacheRun));
        Assert.Equal(first.Model, again.Model);
        Assert.Equal(first.HoldOut!.ScoresHash, again.HoldOut!.ScoresHash);
        Assert.Equal(first.ManifestHash, again.ManifestHash);
        Assert.Equal([first.Id, again.Id], (await runs.Registry.FindVersionAsync(pipeline, 1, CancellationToken.None))!.Runs);
    }

    [Fact]
    public async Task Fresh_TakesNothingAndMakesTheSame()
    {
        RunRecord first = await UploadAsync(1);
        RunRecord fresh = await RequestAsync(new RunRequest { Fresh = true });
        Assert.All(CacheOf(fresh).Values, cache => Assert.Equal("off", cache));
        Assert.Equal(first.ManifestHash, fresh.ManifestHash);
    }

    [Fact]
    public async Task AnotherSpecOrData_SaysWhatDiffersFromTheNearestRun()
    {
        RunRecord first = await UploadAsync(1);
        await PutSpecAsync(candidates: """[{"trainer":"linear"},{"trainer":"gbdt","parameters":{"rounds":6}}]""");
        RunRecord second = await RequestAsync();
        Assert.Equal("hit", CacheOf(second)["prepare"]);
        Assert.Equal("hit", CacheOf(second)["linear"]);
        StageTrace trees = second.Traces.Single(trace => trace.Part == "gbdt");
        Assert.Equal(("miss", first.Id), (trees.Cache, trees.CacheRun));
        Assert.Equal(["parameters"], trees.Missed);
        RunRecord third = await UploadAsync(2);
        Assert.Equal(["dataVersion"], third.Traces.Single(trace => trace.Stage == "prepare").Missed);
        Assert.Equal(["prepared"], third.Traces.Single(trace => trace.Part == "linear").Missed);
    }

    [Fact]
    public async Task CachedContentIsGone_IsMadeAgain()
    {
        RunRecord first = await UploadAsync(1);
        ContentHash model = first.Candidates[0].ModelHash!.Value;
        await DeleteAsync(model);
        RunRecord again = await RequestAsync();
        StageTrace linear = again.Traces.Single(trace => trace.Part == "linear");
        Assert.Equal("miss", linear.Cache);
        Assert.Equal(["outputs"], linear.Missed);
        Assert.True(await runs.Storage.Content.ExistsAsync(model, CancellationToken.None));
    }

    [Fact]
    public async Task Manifest_NamesInputsAndOutputsOfEveryStageAndNoTimes()
    {
        RunRecord run = await UploadAsync(1);
        RunManifest manifest = await ManifestAsync(run);
        Assert.Equal(["check", "prepare", "train", "train", "evaluate", "package"], manifest.Stages.Select(stage => stage.Stage));
        Assert.Equal((run.SpecHash, run.DataVersion, run.SchemaHash, (ulong?)1), (manifest.SpecHash, manifest.DataVersion, manifest.SchemaHash, manifest.Seed));
        Assert.Equal(run.Model!.Hash, manifest.ModelHash);
        Assert.All(manifest.Stages, stage => Assert.NotEmpty(stage.Outputs));
        Assert.DoesNotContain(run.Id, Encoding.UTF8.GetString(await runs.Storage.Content.ReadAsync(run.ManifestHash!.Value, CancellationToken.None)), StringComparison.Ordinal);
        Assert.All(run.Stages.SkipLast(1), stage => Assert.NotNull(stage.CpuSeconds));
    }

    [Fact]
    public async Task Experiment_LandsBesideTheOthersAndChangesNothing()
    {
        RunRecord first = await UploadAsync(1);
        ContentHash spec = await runs.Storage.Content.PutAsync(
            CanonicalJson.Canonicalize("""{"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"gbdt","parameters":{"rounds":9}}],"checks":{"minimumRows":11}}"""u8), CancellationToken.None);
        RunRecord tried = await RequestAsync(new RunRequest { Mode = ModelMode.Experiment, SpecHash = spec, DataVersion = first.DataVersion });
        Assert.Equal(RunStatus.Completed, tried.Status);
        Assert.False(tried.Promotion!.Promoted);
        Assert.Contains("failed: an experiment does not become champion by itself", tried.Promotion.Reasons);
        Assert.Equal(ModelMode.Experiment, (await runs.Registry.FindVersionAsync(pipeline, 2, CancellationToken.None))!.Mode);
        Assert.Equal(1, (await runs.Registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None))!.Version);
        Assert.Equal(first.Id, (await runs.Catalog.FindAsync(pipeline, first.DataVersion!.Value, CancellationToken.None))!.Check!.RunId);

        // A production run that makes the same artifact makes it a version for production.
        await PutSpecAsync(candidates: """[{"trainer":"gbdt","parameters":{"rounds":9}}]""");
        RunRecord made = await RequestAsync();
        Assert.Equal((2, ModelMode.Production), (made.Model!.Version, (await runs.Registry.FindVersionAsync(pipeline, 2, CancellationToken.None))!.Mode));
    }

    [Fact]
    public async Task RolledBackVersion_MadeAgain_DoesNotPromoteItself()
    {
        await UploadAsync(1);
        await UploadAsync(2);
        if ((await runs.Registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None))!.Version != 2)
            await new AliasService(runs.Registry, new PromotionLog(runs.Storage)).SetAsync(pipeline, ModelAlias.Champion, 2, "*", Ada, CancellationToken.None);
        await new AliasService(runs.Registry, new PromotionLog(runs.Storage)).RollbackAsync(pipeline, null, null, Ada, null, CancellationToken.None);
        RunRecord again = await RequestAsync();
        Assert.Equal(2, again.Model!.Version);
        Assert.Equal(["failed: version 2 was rolled back by ada (looks good); it does not promote by itself"], again.Promotion!.Reasons);
        Assert.Equal(1, (await runs.Registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None))!.Version);
    }

    [Fact]
    public async Task Verify_NothingChanged_IsIdentical()
    {
        await UploadAsync(1);
        RunRecord run = await UploadAsync(2);
        RunRecord repetition = await runs.VerifyAsync(run);
        Assert.Equal(RunStatus.Completed, repetition.Status);
        Assert.Null(repetition.Verification!.Difference);
        Assert.Equal((Verification.Identical, 6), (repetition.Verification.Verdict, repetition.Verification.Stages));
        Assert.Equal(2, await runs.Registry.ListVersionsAsync(pipeline, CancellationToken.None).CountAsync());
    }

    [Theory]
    [InlineData("part", "ingest")]
    [InlineData("model", "train")]
    [InlineData("holdOut", "prepare")]
    [InlineData("scores", "evaluate")]
    public async Task Verify_AByteWasChanged_NamesWhere(string what, string stage)
    {
        RunRecord run = await UploadAsync(1);
        RunManifest manifest = await ManifestAsync(run);
        ContentHash hash = what == "part"
            ? (await runs.Catalog.ReadManifestAsync(run.DataVersion!.Value, CancellationToken.None)).Parts[0].Hash
            : manifest.Stages.First(found => found.Stage == stage).Outputs[what];
        await ChangeAsync(hash);
        RunRecord repetition = await runs.VerifyAsync(run);
        Assert.Equal(Verification.Damaged, repetition.Verification!.Verdict);
        VerificationDifference difference = repetition.Verification.Difference!;
        Assert.Equal((stage, what, hash.Hex), (difference.Stage, difference.What, difference.Expected));
        Assert.Contains($"store/sha256/{hash.Hex}", difference.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ManifestOfOtherBytes_NamesTheFirstStageThatDiffers()
    {
        RunRecord run = await UploadAsync(1);
        RunManifest manifest = await ManifestAsync(run);
        ContentHash other = await runs.Storage.Content.PutAsync("other"u8.ToArray(), CancellationToken.None);
        RunManifest changed = manifest with
        {
            Stages = [.. manifest.Stages.Select(stage => stage.Part != "gbdt" ? stage : stage with { Outputs = new Dictionary<string, ContentHash> { ["model"] = other } })],
        };
        Verification verification = VerifyStep.Compare(changed, manifest);
        Assert.Equal((Verification.Different, 3), (verification.Verdict, verification.Stages));
        Assert.Equal(("train", "gbdt", "model", other.Hex), (verification.Difference!.Stage, verification.Difference.Part, verification.Difference.What, verification.Difference.Expected));
    }

    [Fact]
    public async Task Approval_IsAskedForAndPromotesWithItsReason()
    {
        await PutSpecAsync(""","gates":{"approval":{"deadline":"2.00:00:00"}}""");
        RunRecord waiting = await UploadAsync(1);
        Assert.Equal(RunStatus.AwaitingApproval, waiting.Status);
        Assert.Equal(time.GetUtcNow().AddDays(2), waiting.Approval!.Deadline);
        Assert.Null(await runs.Registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None));
        Assert.Empty(await runs.Log.ListActiveAsync(pipeline, CancellationToken.None).ToListAsync());

        RunRecord approved = await runs.Control.ApproveAsync(waiting.Id, Ada, CancellationToken.None);
        Assert.Equal(approved.Id, (await runs.Control.ApproveAsync(waiting.Id, Ada, CancellationToken.None)).Id);
        Assert.NotNull(await runs.Starter.TryTakeAsync(approved.Ref, CancellationToken.None));
        Assert.Null(await runs.Starter.TryTakeAsync(approved.Ref, CancellationToken.None));
        await runs.PromoteAsync(approved.Ref);
        RunRecord done = await runs.FindAsync(approved.Ref);
        Assert.Equal((RunStatus.Completed, true), (done.Status, done.Promotion!.Promoted));
        PromotionLogEntry entry = Assert.Single(await runs.Registry.ListLogAsync(pipeline, CancellationToken.None).ToListAsync());
        Assert.Equal((AliasActions.Promote, "ada", "looks good", done.Id), (entry.Action, entry.Who, entry.Why, entry.RunId));
    }

    [Fact]
    public async Task Approval_Rejected_CompletesWithoutPromotion()
    {
        await PutSpecAsync(""","gates":{"approval":{"required":true}}""");
        RunRecord waiting = await UploadAsync(1);
        RunRecord rejected = await runs.Control.RejectAsync(waiting.Id, new Actor("bob", "not now"), CancellationToken.None);
        Assert.Equal((RunStatus.Completed, false), (rejected.Status, rejected.Promotion!.Promoted));
        Assert.Contains("failed: bob did not agree (not now)", rejected.Promotion.Reasons);
        ProblemException late = await Assert.ThrowsAsync<ProblemException>(() => runs.Control.ApproveAsync(waiting.Id, Ada, CancellationToken.None));
        Assert.Equal(409, late.Status);
        Assert.Contains("rejected at", late.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approval_DeadlinePasses_ExpiresAndIsRefusedAfterwards()
    {
        await PutSpecAsync(""","gates":{"approval":{"deadline":"01:00:00"}}""");
        RunRecord swept = await UploadAsync(1);
        RunRecord late = await UploadAsync(2);
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => runs.Control.ApproveAsync(late.Id, Ada, CancellationToken.None))).Status);
        Assert.Equal(RunStatus.Expired, (await runs.FindAsync(late.Ref)).Status);
        await runs.Control.ExpireAsync(CancellationToken.None);
        Assert.Equal(RunStatus.Expired, (await runs.FindAsync(swept.Ref)).Status);
        Assert.Null(await runs.Registry.FindAliasAsync(pipeline, ModelAlias.Champion, CancellationToken.None));
    }

    [Fact]
    public async Task Cancel_UnderWay_RefusesEveryFurtherStep()
    {
        RunRecord run = await runs.RunAsync("1.csv", LearnableRows.Of(1));
        RunRecord cancelled = await runs.Control.CancelAsync(run.Id, Ada, CancellationToken.None);
        Assert.Equal((RunStatus.Cancelled, "ada"), (cancelled.Status, cancelled.Cancellation!.Who));
        await Assert.ThrowsAsync<StaleRunException>(() => runs.CompleteAsync(run));
        Assert.Equal(RunStatus.Cancelled, (await runs.Control.CancelAsync(run.Id, Ada, CancellationToken.None)).Status);
        Assert.NotNull(cancelled.ManifestHash);
    }

    [Fact]
    public async Task Cancel_Ended_Is409()
    {
        RunRecord run = await UploadAsync(1);
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => runs.Control.CancelAsync(run.Id, Ada, CancellationToken.None));
        Assert.Equal(409, problem.Status);
        Assert.Contains("completed", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_ByStatusModeAndMetric_PagesTheNewestFirst()
    {
        List<RunRecord> made = [await UploadAsync(1)];
        for (int i = 0; i < 3; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            made.Add(await RequestAsync());
        }

        var search = new RunSearch(runs.Log);
        Task<RunPage> FindAsync(RunQuery query, int limit, string? after = null) => search.FindAsync(query with { Pipeline = pipeline }, limit, after, CancellationToken.None);
        RunPage first = await FindAsync(new RunQuery(), 3);
        Assert.Equal(made.AsEnumerable().Reverse().Take(3).Select(run => run.Id), first.Runs.Select(run => run.Id));
        RunPage second = await FindAsync(new RunQuery(), 3, first.Next);
        Assert.Equal([made[0].Id], second.Runs.Select(run => run.Id));
        Assert.Null(second.Next);
        Assert.Equal(3, (await FindAsync(new RunQuery { Since = made[1].ClaimedAt }, 10)).Runs.Count);
        Assert.Empty((await FindAsync(new RunQuery { Statuses = [RunStatus.Failed] }, 10)).Runs);
        Assert.Empty((await FindAsync(new RunQuery { Modes = [ModelMode.Experiment] }, 10)).Runs);
        double auc = made[0].HoldOut!.Metrics["auc"];
        Assert.Equal(4, (await FindAsync(new RunQuery { Metrics = [new MetricCondition("auc", ">=", auc)] }, 10)).Runs.Count);
        Assert.Empty((await FindAsync(new RunQuery { Metrics = [new MetricCondition("auc", ">", auc)] }, 10)).Runs);
        Assert.Empty((await FindAsync(new RunQuery { Metrics = [new MetricCondition("no", ">", 0)] }, 10)).Runs);
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => FindAsync(new RunQuery(), 3, "x"))).Status);
    }

    private Task DeleteAsync(ContentHash hash) => BlobOf(hash).DeleteAsync();

    private async Task ChangeAsync(ContentHash hash)
    {
        byte[] bytes = (await BlobOf(hash).DownloadContentAsync()).Value.Content.ToArray();
        changed[hash] = [.. bytes];
        bytes[bytes.Length / 2] ^= 1;
        await BlobOf(hash).UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);
    }

    private Azure.Storage.Blobs.BlobClient BlobOf(ContentHash hash) => fixture.Blobs.GetBlobContainerClient("store").GetBlobClient($"sha256/{hash.Hex[..2]}/{hash.Hex}");
}
