using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Monitoring.Challengers;

[Collection(StorageTests.Name)]
public sealed class ChallengerServiceTests : IAsyncLifetime
{
    private static readonly Actor Ada = new("ada", "compare");

    private readonly StorageFixture fixture;
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();
    private readonly ServingProcess process;

    public ChallengerServiceTests(StorageFixture fixture)
    {
        this.fixture = fixture;
        process = new ServingProcess(fixture.Storage, time, new PipelineOptions());
    }

    /// <summary>Version 1 has learnt from rows that lie elsewhere; version 2 is champion.</summary>
    public async Task InitializeAsync()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(40));
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    private static double X(int i) => ((i * 37) % 101) + 1;

    private static string Truth(int i) => X(i) + (i % 3 * 10) + ((i * 13) % 17) > 60 ? "yes" : "no";

    private static byte[] Rows(int from, int count) => Encoding.UTF8.GetBytes(
        "[" + string.Join(',', Enumerable.Range(from, count).Select(i => FormattableString.Invariant($"{{\"x\":{X(i)},\"c\":\"{"abz"[i % 3]}\"}}"))) + "]");

    private async Task<JsonNode> PredictAsync(int from, int count, int? version = null) =>
        JsonNode.Parse((await process.Predictions.PredictAsync(model, version, Rows(from, count), CancellationToken.None)).Body.Span)!;

    private Task CaptureAsync(double sample = 1, params string[] mask) => process.Capture.StartAsync(model, new CaptureSettings(sample, 30, mask), Ada, CancellationToken.None);

    [Fact]
    public async Task CompareAsync_ScoresTheSameRowsWithBothAndJoinsFeedback()
    {
        await CaptureAsync();
        JsonNode champion = await PredictAsync(0, 600);
        JsonNode challenger = await PredictAsync(0, 600, version: 1);
        string feedback = "[" + string.Join(',', champion["predictions"]!.AsArray().Take(400).Select((prediction, i) => $"{{\"id\":\"{prediction!["id"]}\",\"label\":\"{Truth(i)}\"}}")) + "]";
        await process.Feedback.TakeAsync(model, Encoding.UTF8.GetBytes(feedback), CancellationToken.None);
        ChallengerComparison comparison = await process.Challengers.CompareAsync(model, 1, 7, CancellationToken.None);

        double[] a = [.. champion["predictions"]!.AsArray().Select(p => p!["probability"]!.GetValue<double>())];
        double[] b = [.. challenger["predictions"]!.AsArray().Select(p => p!["probability"]!.GetValue<double>())];
        Assert.Equal((2, 1, 600L, 0L), (comparison.ChampionVersion, comparison.ChallengerVersion, comparison.Rows, comparison.Refused));
        Assert.Equal(a.Average(), comparison.ChampionMean, 12);
        Assert.Equal(b.Average(), comparison.ChallengerMean, 12);
        Assert.Equal(a.Zip(b, (p, q) => Math.Abs(p - q)).Max(), comparison.LargestDifference, 12);
        Assert.Equal(a.Zip(b).Count(pair => pair.First >= 0.5 == pair.Second >= 0.5) / 600.0, comparison.Agreement!.Value, 12);
        Assert.Equal(600, comparison.Flips.Sum(flip => flip.Rows) + (long)Math.Round(comparison.Agreement.Value * 600));
        Assert.Equal((400L, 400L), (comparison.ChampionPerformance!.Labels, comparison.ChallengerPerformance!.Labels));
        Assert.True(comparison.ChampionPerformance.Metrics["logLoss"] < comparison.ChallengerPerformance.Metrics["logLoss"]);
        Assert.Equal(comparison.Rows, (await process.Challengers.FindAsync(model, 1, CancellationToken.None))!.Rows);
    }

    [Fact]
    public async Task CompareAsync_MaskedColumn_IsNeverStored()
    {
        await CaptureAsync(1, "c");
        await PredictAsync(0, 50);
        ChallengerComparison comparison = await process.Challengers.CompareAsync(model, 1, 7, CancellationToken.None);
        Assert.Equal((50L, "c"), (comparison.Rows, Assert.Single(comparison.Masked)));
        string path = Assert.Single(await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).ToListAsync());
        string lines = Encoding.UTF8.GetString((await fixture.Storage.MonitoringBlobs.FindAsync(path, CancellationToken.None))!);
        Assert.DoesNotContain("\"a\"", lines, StringComparison.Ordinal);
        Assert.Contains("\"c\":null", lines, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Observe_Sample_KeepsAboutThatShareAndNothingWithoutSettings()
    {
        await PredictAsync(0, 100);
        await process.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        Assert.Empty(await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).ToListAsync());
        await CaptureAsync(0.2);
        for (int i = 0; i < 20; i++)
            await PredictAsync(i * 100, 100);
        Assert.InRange((await process.Challengers.CompareAsync(model, 1, 7, CancellationToken.None)).Rows, 300, 500);
        Assert.Equal(0, process.Rows.Dropped);
    }

    [Fact]
    public async Task RunAsync_AliasChallenger_IsComparedOncePerEndedWindow()
    {
        await CaptureAsync();
        await PredictAsync(0, 50);
        await process.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        var registry = new ModelRegistry(fixture.Storage, time);
        await new AliasService(registry, new PromotionLog(fixture.Storage)).SetAsync(model, "challenger", 1, null, Ada, CancellationToken.None);
        await process.Challengers.RunAsync(CancellationToken.None);
        ChallengerComparison first = (await process.Challengers.FindAsync(model, 1, CancellationToken.None))!;
        await process.Challengers.RunAsync(CancellationToken.None);
        Assert.Equal(first.At, (await process.Challengers.FindAsync(model, 1, CancellationToken.None))!.At);
        await PredictAsync(50, 25);
        time.Advance(TimeSpan.FromHours(2));
        await process.Challengers.RunAsync(CancellationToken.None);
        ChallengerComparison second = Assert.Single(await process.Challengers.ListAsync(model, CancellationToken.None).ToListAsync());
        Assert.Equal(75, second.Rows);
        time.Advance(TimeSpan.FromHours(2));
        await process.Challengers.RunAsync(CancellationToken.None);
        Assert.Equal(second.At, (await process.Challengers.FindAsync(model, 1, CancellationToken.None))!.At);
    }

    [Fact]
    public async Task RunAsync_RowsThatAreOld_AreDeletedAndStopForgetsTheRest()
    {
        await CaptureAsync();
        await PredictAsync(0, 20);
        await process.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        time.Advance(TimeSpan.FromDays(20));
        await PredictAsync(0, 20);
        await process.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        await process.Capture.RunAsync(CancellationToken.None);
        Assert.Equal(2, await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).CountAsync());
        time.Advance(TimeSpan.FromDays(15));
        await process.Capture.RunAsync(CancellationToken.None);
        Assert.Equal(1, await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).CountAsync());

        // Rows that are not stored yet are forgotten, too, and those that another process stores a moment later are not looked at and go with the next sweep.
        var other = new ServingProcess(fixture.Storage, time, new PipelineOptions());
        await other.Predictions.PredictAsync(model, null, Rows(0, 20), CancellationToken.None);
        await PredictAsync(0, 20);
        await process.Capture.StopAsync(model, forget: true, new Actor("Ada", "enough"), CancellationToken.None);
        await process.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        Assert.Equal(0, await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).CountAsync());
        await other.Rows.FlushAsync(closeAll: false, CancellationToken.None);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => process.Challengers.CompareAsync(model, 1, 7, CancellationToken.None))).Status);
        time.Advance(TimeSpan.FromHours(2));
        await process.Capture.RunAsync(CancellationToken.None);
        Assert.Equal(0, await fixture.Storage.MonitoringBlobs.ListAsync($"@rows/{model}/", CancellationToken.None).CountAsync());
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => process.Challengers.CompareAsync(model, 1, 7, CancellationToken.None))).Status);
    }

    [Fact]
    public async Task StartAsync_UnknownColumnOrShare_IsRefusedWithAllFaults()
    {
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => CaptureAsync(0, "nobody"));
        Assert.Equal(["$.sample", "$.mask"], problem.Errors.Select(error => error.Path));
    }
}
