using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;
using MlServerless.Pipelines.Uploads;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Leads runs of one pipeline from the upload to the end of the check, through the steps and in the order of the orchestration.</summary>
internal sealed class CheckedRuns(StorageFixture fixture, ManualTime time, string pipeline)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // Events that are late are no concern of these runs.
    private readonly PipelineOptions options = new() { EventDeadline = TimeSpan.FromDays(1), PartBytes = 1024, MaxDecodedBytes = 1_000_000 };

    public IPipelineStorage Storage => fixture.Storage;

    public RunLog Log => new(Storage, time);

    public DataCatalog Catalog => new(Storage);

    /// <summary>How often every step is run at the same time.</summary>
    public int Executions { get; init; } = 1;

    private SpecCatalog Specs { get; } = new(fixture.Storage);

    private StepRunner Runner => new(Log, time, options);

    private UploadIntake Intake => new(Storage, Log, Catalog, time);

    public RunStarter Starter => new(Storage, Log, Catalog, Specs, time);

    public Task PutWholeSpecAsync(string spec) => Storage.Specs.TryPutAsync(pipeline, Encoding.UTF8.GetBytes(spec), null, CancellationToken.None);

    public Task PutSpecAsync(string window, string more = "") => Storage.Specs.TryPutAsync(
        pipeline,
        Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"linear"}],"checks":{"minimumRows":10},"data":{"window":"{{window}}"}{{more}}}"""),
        null,
        CancellationToken.None);

    /// <summary>Uploads a file and moves the clock to where its second is over.</summary>
    public Task<UploadInfo> UploadAsync(string file, string content) => UploadAsync(file, Encoding.UTF8.GetBytes(content));

    /// <inheritdoc cref="UploadAsync(string, string)"/>
    public async Task<UploadInfo> UploadAsync(string file, byte[] content)
    {
        await fixture.UploadAsync($"{pipeline}/{file}", content);
        UploadInfo upload = (await Storage.Uploads.FindAsync($"{pipeline}/{file}", CancellationToken.None))!;
        if (upload.LastModified.AddSeconds(10) > time.GetUtcNow())
            time.Advance(upload.LastModified.AddSeconds(10) - time.GetUtcNow());
        return upload;
    }

    /// <summary>Rows with a number, a category and a label.</summary>
    public static string Rows(int seed, int count = 12) =>
        "x,c,y\n" + string.Concat(Enumerable.Range(0, count).Select(row => $"{(seed * 100) + row},{"ab"[row % 2]},{(row % 3 == 0 ? "yes" : "no")}\n"));

    public async Task<RunRecord> RunAsync(string file, byte[] content) => await RunAsync(await UploadAsync(file, content));

    public async Task<RunRecord> RunAsync(string file, string content) => await RunAsync(await UploadAsync(file, content));

    public async Task<RunRecord> RunAsync(UploadInfo upload) => await RunAsync((await Intake.TakeAsync(upload, null, "upload", CancellationToken.None))!);

    /// <returns>The run after its check.</returns>
    public async Task<RunRecord> RunAsync(RunRef run)
    {
        PinResult pinned = await AtOnceAsync(() => new PinStep(Runner, Specs, Catalog).RunAsync(run, null, CancellationToken.None));
        int? parts = pinned.Parts ?? await AtOnceAsync(() => new IngestStep(Runner, Storage, Specs, Catalog, options).RunAsync(run, CancellationToken.None));
        if (parts is null)
            return await FindAsync(run);
        if (pinned.IsOpaque)
        {
            await new FinishStep(Runner, Log, Storage).CompleteAsync(run, CancellationToken.None);
            return await FindAsync(run);
        }

        List<ContentHash> scans = [];
        for (int part = 0; part < parts; part++)
            scans.Add(await ScanAsync(run, part, ofWindow: false));
        DateTime limit = DateTime.UtcNow + Limit;
        while (!await AtOnceAsync(() => new EarlierChecksStep(Runner, Log, Storage, Intake, Starter, options, time).RunAsync(run, CancellationToken.None)))
        {
            Assert.True(DateTime.UtcNow < limit, $"Run {run.RunId} still waits");
            await Task.Delay(5);
        }

        if (pinned.IsWindowed)
        {
            ComposeResult window = await ComposeAsync(run);
            for (int part = window.Scans.Count - 1; part >= 0; part--)
                scans.Insert(0, window.Scans[part] ?? await ScanAsync(run, part, ofWindow: true));
        }

        // The step ends the run where the data are rejected: the second of two at the same time finds it ended.
        var check = new CheckStep(Runner, Storage, Specs, new DataVersionReader(Storage, Catalog), Catalog);
        await Task.WhenAll(Enumerable.Range(0, Executions).Select(async _ =>
        {
            try
            {
                await check.RunAsync(run, scans, CancellationToken.None);
            }
            catch (StaleRunException)
            {
            }
        }));
        return await FindAsync(run);
    }

    /// <summary>The rest of a run whose check has passed, up to its end.</summary>
    public async Task<RunRecord> CompleteAsync(RunRecord run)
    {
        RunRef reference = run.Ref;
        var prepared = new PreparedDataReader(Storage);
        await new PrepareStep(Runner, Storage, Specs, new DataVersionReader(Storage, Catalog), options).RunAsync(reference, CancellationToken.None);
        PipelineSpec spec = await Specs.ReadPinnedAsync(run.SpecHash!.Value, CancellationToken.None);
        List<CandidateRecord> trained = [];
        foreach ((int index, CandidateSpec candidate) in spec.Candidates.Index())
            trained.Add(await new TrainStep(Runner, Storage, Specs, prepared, options).RunAsync(reference, index, candidate.Name, CancellationToken.None));
        await new EvaluateStep(Runner, Storage, Specs, prepared, new HoldOutEvaluator(Storage), options).RunAsync(reference, trained, CancellationToken.None);
        await new PackageStep(Runner, Storage, prepared, time).RunAsync(reference, CancellationToken.None);
        if (run.Mode == ModelMode.Verification)
        {
            await new VerifyStep(Runner, Storage).RunAsync(reference, CancellationToken.None);
            return await FindAsync(reference);
        }

        await new RegisterStep(Runner, Specs, Registry, time).RunAsync(reference, CancellationToken.None);
        await PromoteAsync(reference);
        return await FindAsync(reference);
    }

    /// <summary>The last steps of a run.</summary>
    public async Task PromoteAsync(RunRef run)
    {
        var gates = new GateKeeper(Storage, Specs, new PreparedDataReader(Storage), Registry, new HoldOutEvaluator(Storage), options);
        await new PromoteStep(Runner, Storage, Specs, Registry, gates).RunAsync(run, CancellationToken.None);
        if (!(await FindAsync(run)).HasEnded)
            await new FinishStep(Runner, Log, Storage).CompleteAsync(run, CancellationToken.None);
    }

    /// <summary>A repetition of a run, as the orchestration leads it.</summary>
    public async Task<RunRecord> VerifyAsync(RunRecord run)
    {
        RunRecord repetition = await Control.VerifyAsync(run.Id, null, CancellationToken.None);
        await new PinStep(Runner, Specs, Catalog).RunAsync(repetition.Ref, null, CancellationToken.None);
        if (!await new VerifyContentStep(Runner, Storage, Catalog, Registry).RunAsync(repetition.Ref, CancellationToken.None))
            return await FindAsync(repetition.Ref);
        RunRecord checkedRun = await RunAsync(repetition.Ref);
        return await CompleteAsync(checkedRun);
    }

    public ModelRegistry Registry => new(Storage, time);

    public RunControl Control => new(Log, Starter, Runner, Storage, time);

    public Task<ComposeResult> ComposeAsync(RunRef run) =>
        AtOnceAsync(() => new ComposeStep(Runner, Storage, Specs, Catalog, new ScanCache(Storage)).RunAsync(run, CancellationToken.None));

    public async Task<RunRecord> FindAsync(RunRef run) => (await Log.FindAsync(run.Pipeline, run.RunId, CancellationToken.None))!;

    public async Task<IReadOnlyList<ContentHash>> MembersAsync(RunRecord run) => run.Window is null
        ? []
        : [.. JsonSerializer.Deserialize(await Storage.Content.ReadAsync(run.Window.Composition, CancellationToken.None), PipelineJson.Default.WindowComposition)!.Uploads.Select(upload => upload.DataVersion)];

    private Task<ContentHash> ScanAsync(RunRef run, int part, bool ofWindow) => AtOnceAsync(
        () => new ScanStep(Runner, Storage, Specs, new DataVersionReader(Storage, Catalog), new ScanCache(Storage)).RunAsync(run, part, ofWindow, CancellationToken.None));

    private async Task<T> AtOnceAsync<T>(Func<Task<T>> step) => (await Task.WhenAll(Enumerable.Range(0, Executions).Select(_ => step())))[0];
}
