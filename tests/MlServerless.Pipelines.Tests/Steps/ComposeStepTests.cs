using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Steps;

[Collection(StorageTests.Name)]
public sealed class ComposeStepTests(StorageFixture fixture)
{
    private const string NoLabel = "x,c\n1,a\n2,b\n";

    private readonly ManualTime time = new();

    private CheckedRuns NewPipeline(int executions = 1) => new(fixture, time, TestRuns.NewPipeline()) { Executions = executions };

    [Fact]
    public async Task RunAsync_All_IsEveryUploadThatPassedInOrderAndTheOwnLast()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("all");
        RunRecord first = await runs.RunAsync("a.csv", CheckedRuns.Rows(1));
        RunRecord rejected = await runs.RunAsync("b.csv", NoLabel);
        RunRecord third = await runs.RunAsync("c.csv", CheckedRuns.Rows(3));

        Assert.Equal(RunStatus.Rejected, rejected.Status);
        Assert.Equal([first.UploadVersion!.Value, third.UploadVersion!.Value], await runs.MembersAsync(third));
        Assert.Equal(third.Window!.DataVersion, third.DataVersion);
        Assert.Equal((2, 1), (third.Window.Uploads, third.Window.UploadParts));
        DataVersionManifest manifest = await runs.Catalog.ReadManifestAsync(third.DataVersion!.Value, CancellationToken.None);
        DataVersionManifest own = await runs.Catalog.ReadManifestAsync(third.UploadVersion.Value, CancellationToken.None);
        Assert.Equal(2, manifest.Files.Count);
        Assert.Equal(own.Files[0].Parts, manifest.Files[^1].Parts);
        CheckReport report = CheckReport.Parse(await runs.Storage.Content.ReadAsync(third.ReportHash!.Value, CancellationToken.None));
        Assert.Equal(24, report.Rows);

        DataVersionRecord arrival = (await runs.Catalog.FindArrivalAsync(third.Pipeline, third.DataOrder, CancellationToken.None))!;
        Assert.Equal((24, 12L), (arrival.Check!.Rows, arrival.Check.RowsOfUpload));
        DataVersionRecord window = (await runs.Catalog.FindAsync(third.Pipeline, third.DataVersion.Value, CancellationToken.None))!;
        Assert.Equal(third.Window.Composition, window.Composition);
        Assert.Equal(arrival.Check, window.Check);
    }

    [Fact]
    public async Task RunAsync_FirstUpload_IsItsOwnVersion()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("last 7 days");
        RunRecord run = await runs.RunAsync("a.csv", CheckedRuns.Rows(1));
        Assert.Equal(run.UploadVersion, run.DataVersion);
        Assert.Equal("last 7 days", run.Window!.Window);
        Assert.Null((await runs.Catalog.FindAsync(run.Pipeline, run.DataVersion!.Value, CancellationToken.None))!.Composition);
    }

    [Fact]
    public async Task RunAsync_UploadsTooSmallByThemselves_MakeAWindowThatPasses()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("all");
        RunRecord small = await runs.RunAsync("a.csv", CheckedRuns.Rows(1, count: 6));
        RunRecord enough = await runs.RunAsync("b.csv", CheckedRuns.Rows(2, count: 6));
        Assert.Equal(RunStatus.Rejected, small.Status);
        Assert.Equal(RunStatus.Running, enough.Status);
        Assert.Equal([small.UploadVersion!.Value, enough.UploadVersion!.Value], await runs.MembersAsync(enough));
    }

    [Fact]
    public async Task RunAsync_PartsScannedBefore_AreNotScannedAgain()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("all");
        await runs.RunAsync("a.csv", CheckedRuns.Rows(1, count: 300));
        RunRecord second = await runs.RunAsync("b.csv", CheckedRuns.Rows(2));
        int parts = (await runs.Catalog.ReadManifestAsync(second.DataVersion!.Value, CancellationToken.None)).Parts.Count;
        Assert.True(parts > 2);
        Assert.Equal(parts - 1, second.Stages.Single(stage => stage.Name == "compose").Reused);
        Assert.Null(second.Stages.Single(stage => stage.Name == "scan").Reused);
        Assert.DoesNotContain(second.Progress.Keys, key => key.StartsWith("scan/window", StringComparison.Ordinal));

        // Other declared columns are another scan.
        await runs.PutSpecAsync("all", ",\"columns\":{\"x\":{\"type\":\"number\"}}");
        RunRecord third = await runs.RunAsync("c.csv", CheckedRuns.Rows(3));
        Assert.Null(third.Stages.Single(stage => stage.Name == "compose").Reused);
        Assert.Equal(parts, third.Progress.Keys.Count(key => key.StartsWith("scan/window", StringComparison.Ordinal)));
        RunRecord again = await runs.RunAsync((await runs.Starter.RequestAsync(third.Pipeline, null, null, CancellationToken.None)).Ref);
        Assert.Equal(1, again.Stages.Single(stage => stage.Name == "scan").Reused);
        Assert.Equal(third.DataVersion, again.DataVersion);
        Assert.Equal(third.ReportHash, again.ReportHash);
    }

    [Fact]
    public async Task RunAsync_RequestedOnADataVersion_UsesExactlyThatOne()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("all");
        RunRecord first = await runs.RunAsync("a.csv", CheckedRuns.Rows(1));
        RunRecord second = await runs.RunAsync("b.csv", CheckedRuns.Rows(2));
        RunRecord alone = await runs.RunAsync((await runs.Starter.RequestAsync(first.Pipeline, second.UploadVersion, null, CancellationToken.None)).Ref);
        Assert.Equal((second.UploadVersion, null), (alone.DataVersion, alone.Window));
        RunRecord window = await runs.RunAsync((await runs.Starter.RequestAsync(first.Pipeline, second.DataVersion, null, CancellationToken.None)).Ref);
        Assert.Equal((second.DataVersion, second.ReportHash), (window.DataVersion, window.ReportHash));
        DataCheckRecord check = (await runs.Catalog.FindArrivalAsync(second.Pipeline, second.DataOrder, CancellationToken.None))!.Check!;
        Assert.Equal((window.Id, 24, 12L), (check.RunId, check.Rows, check.RowsOfUpload));
    }

    [Fact]
    public async Task RunAsync_LaterAttempt_ComposesAnewButALateExecutionDoesNot()
    {
        CheckedRuns runs = NewPipeline();
        await runs.PutSpecAsync("all");
        RunRecord first = await runs.RunAsync("a.csv", CheckedRuns.Rows(1));
        RunRecord second = await runs.RunAsync("b.csv", CheckedRuns.Rows(2));

        // What the window would hold changes: the first upload is found unfit after all.
        DataCheckRecord check = (await runs.Catalog.FindArrivalAsync(first.Pipeline, first.DataOrder, CancellationToken.None))!.Check!;
        await runs.Catalog.RecordCheckAsync(first.Pipeline, first.DataOrder, check with { Blocking = true }, CancellationToken.None);
        await runs.ComposeAsync(second.Ref);
        Assert.Equal(second.DataVersion, (await runs.FindAsync(second.Ref)).DataVersion);

        await runs.Log.UpdateAsync(second.Ref, run => run with { Attempt = 2 }, CancellationToken.None);
        RunRecord anew = await runs.RunAsync(second.Ref with { Attempt = 2 });
        Assert.Equal(anew.UploadVersion, anew.DataVersion);
        Assert.Equal(2, anew.Window!.Attempt);
    }

    [Fact]
    public async Task RunAsync_TenUploadsAtOnce_GiveTheSameVersionsAndReportsInWhateverOrderTheirEventsCome()
    {
        (string File, ContentHash? Data, ContentHash? Report, ContentHash? Profile)[] serial = await TenAsync(NewPipeline(), [.. Enumerable.Range(0, 10)], atOnce: false);
        Assert.Equal(serial, await TenAsync(NewPipeline(), [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], atOnce: true));
        Assert.Equal(serial, await TenAsync(NewPipeline(executions: 2), [4, 9, 0, 7, 2, 5, 8, 1, 6, 3], atOnce: true));
    }

    /// <summary>Ten files of which one is rejected, and what was checked of each.</summary>
    /// <param name="events">The order in which the uploads are told of.</param>
    private static async Task<(string File, ContentHash? Data, ContentHash? Report, ContentHash? Profile)[]> TenAsync(CheckedRuns runs, int[] events, bool atOnce)
    {
        await runs.PutSpecAsync("all");
        var uploads = new List<UploadInfo>();
        for (int file = 0; file < 10; file++)
            uploads.Add(await runs.UploadAsync($"{file}.csv", file == 4 ? NoLabel : CheckedRuns.Rows(file)));
        var ended = new List<RunRecord>();
        if (atOnce)
        {
            var started = new List<Task<RunRecord>>();
            foreach (int file in events)
            {
                started.Add(runs.RunAsync(uploads[file]));
                await Task.Delay(20);
            }

            ended.AddRange(await Task.WhenAll(started));
        }
        else
        {
            foreach (int file in events)
                ended.Add(await runs.RunAsync(uploads[file]));
        }

        ContentHash rejected = ended.Single(run => run.Status == RunStatus.Rejected).UploadVersion!.Value;
        foreach (RunRecord run in ended.Where(run => run.UploadVersion != rejected))
            Assert.DoesNotContain(rejected, await runs.MembersAsync(run));
        Assert.Equal(9, ended.Max(run => run.Window!.Uploads));
        return [.. ended.Select(run => (Path.GetFileName(run.Source!.Blob), run.DataVersion, run.ReportHash, run.ProfileHash)).OrderBy(run => run.Item1, StringComparer.Ordinal)];
    }
}
