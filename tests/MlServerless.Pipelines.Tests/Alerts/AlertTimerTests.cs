using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Alerts;

[Collection(StorageTests.Name)]
public sealed class AlertTimerTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly LogRecorder<AlertBook> log = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private AlertBook Book => new(fixture.Storage, time, log);

    private RunLog Runs => new(fixture.Storage, time);

    private AlertTimer NewTimer() => new(
        fixture.Storage, new SourceWatch(fixture.Storage, new DataCatalog(fixture.Storage), Runs, time), Book, NullLogger<AlertTimer>.Instance);

    private Task LookAsync() => NewTimer().RunAsync(CancellationToken.None);

    private async Task<List<Alert>> OpenAsync() => await Book.ListOpenAsync(pipeline, CancellationToken.None).ToListAsync();

    private async Task<IReadOnlyList<Alert>> ResolvedAsync() => (await Book.ListResolvedAsync(pipeline, 100, null, CancellationToken.None)).Alerts;

    private Task PutSpecAsync(string source, string consumers = "[]") => fixture.Storage.Specs.TryPutAsync(
        pipeline, Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}],"source":{{source}},"consumers":{{consumers}}}"""), null, CancellationToken.None);

    private Task<DataVersionRecord> ArriveAsync(long? rows = null, bool blocking = false) => Arrivals.AddAsync(fixture.Storage, pipeline, time.GetUtcNow(), rows: rows, blocking: blocking);

    [Fact]
    public async Task RunAsync_NoUploadForLongerThanPromised_IsOverdueUntilOneComes()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"1.00:00:00"}""", """[{"name":"billing","contact":"b@example.com"}]""");
        DateTimeOffset last = time.GetUtcNow();
        DataVersionRecord arrival = await ArriveAsync();
        time.Advance(TimeSpan.FromHours(26.4));
        await LookAsync();
        Assert.Empty(await OpenAsync());

        time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        Alert alert = Assert.Single(await OpenAsync());
        Assert.Equal(AlertKinds.Overdue, alert.Kind);
        Assert.Equal("crm", alert.Owner);
        Assert.Equal([new ConsumerSpec("billing", "b@example.com")], alert.Consumers);
        Assert.Equal(last.AddDays(1), alert.Since);
        Assert.Equal(time.GetUtcNow(), alert.OpenedAt);
        Assert.Equal(arrival.Id, Assert.Single(alert.Evidence.Data).DataVersion);
        Assert.Equal(86_400, alert.Evidence.Figures["expectedEverySeconds"]);
        Assert.Equal(8_640, alert.Evidence.Figures["graceSeconds"]);

        time.Advance(TimeSpan.FromHours(1));
        await ArriveAsync();
        await LookAsync();
        Assert.Empty(await OpenAsync());
        Alert resolved = Assert.Single(await ResolvedAsync());
        Assert.Equal(alert.Id, resolved.Id);
        Assert.Equal(time.GetUtcNow(), resolved.ResolvedAt);
    }

    [Fact]
    public async Task RunAsync_NothingHasEverCome_IsOverdueFromTheFirstLook()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await LookAsync();
        time.Advance(TimeSpan.FromMinutes(66));
        await LookAsync();
        Assert.Empty(await OpenAsync());
        time.Advance(TimeSpan.FromMinutes(1));
        await LookAsync();
        Assert.Contains("ever come", Assert.Single(await OpenAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_UploadIsBeingTakenIn_IsNotOverdue()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await LookAsync();
        time.Advance(TimeSpan.FromHours(2));
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow()) with
        {
            Source = new RunSource { Blob = $"{pipeline}/a.csv", Url = new Uri("https://storage.example/a"), ETag = "1", LastModified = time.GetUtcNow() },
        };
        await Runs.TryClaimAsync(run, CancellationToken.None);
        await LookAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task RunAsync_OnlyRefusedDataComes_IsStaleButNotOverdue()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"1.00:00:00","freshness":"2.00:00:00"}""");
        DataVersionRecord good = await ArriveAsync(rows: 100);
        time.Advance(TimeSpan.FromDays(1));
        await ArriveAsync(rows: 100, blocking: true);
        time.Advance(TimeSpan.FromDays(1));
        DataVersionRecord bad = await ArriveAsync(rows: 100, blocking: true);
        await LookAsync();
        Assert.Empty(await OpenAsync());

        time.Advance(TimeSpan.FromSeconds(1));
        await LookAsync();
        Alert alert = Assert.Single(await OpenAsync());
        Assert.Equal(AlertKinds.Stale, alert.Kind);
        Assert.Contains("2 later upload(s) did not pass", alert.Reason, StringComparison.Ordinal);
        Assert.Equal([bad.Id, good.Id], alert.Evidence.Data.Select(data => data.DataVersion));
        Assert.Equal(bad.Check!.ReportHash, alert.Evidence.Data[0].ReportHash);

        await ArriveAsync(rows: 100);
        await LookAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task RunAsync_FarFewerRows_IsShrinkingUntilTheNextUploadHasEnough()
    {
        await PutSpecAsync("""{"owner":"crm"}""");
        foreach (long rows in (long[])[1000, 10, 1200, 1100])
        {
            await ArriveAsync(rows);
            time.Advance(TimeSpan.FromDays(1));
        }

        await ArriveAsync(rows: 525);
        await LookAsync();
        Assert.Empty(await OpenAsync());

        time.Advance(TimeSpan.FromDays(1));
        await ArriveAsync(rows: 499, blocking: true);
        await LookAsync();
        Alert alert = Assert.Single(await OpenAsync());
        Assert.Equal(AlertKinds.Shrinking, alert.Kind);
        Assert.Equal(499, alert.Evidence.Figures["rows"]);
        Assert.Equal(1000, alert.Evidence.Figures["usualRows"]);
        Assert.Equal([499, 525, 1100, 1200, 10, 1000], alert.Evidence.Data.Select(data => data.Rows));

        time.Advance(TimeSpan.FromDays(1));
        await ArriveAsync(rows: 900);
        await LookAsync();
        Assert.Empty(await OpenAsync());
        Assert.Single(await ResolvedAsync());
    }

    [Fact]
    public async Task RunAsync_TwiceAtTheSameTimeAndAgain_OpensOneAlertAndResolvesItOnce()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await ArriveAsync();
        time.Advance(TimeSpan.FromHours(2));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LookAsync()));
        Alert opened = Assert.Single(await OpenAsync());
        time.Advance(TimeSpan.FromMinutes(5));
        await LookAsync();
        Alert same = Assert.Single(await OpenAsync());
        Assert.Equal((opened.Id, opened.OpenedAt), (same.Id, same.OpenedAt));
        (LogLevel level, EventId id, string text) = Assert.Single(log.Lines);
        Assert.Equal((LogLevel.Warning, 3001), (level, id.Id));
        Assert.Contains($"pipeline {pipeline}: overdue", text, StringComparison.Ordinal);

        await ArriveAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => LookAsync()));
        Assert.Empty(await OpenAsync());
        Assert.Single(await ResolvedAsync());

        time.Advance(TimeSpan.FromHours(2));
        await LookAsync();
        Assert.NotEqual(opened.Id, Assert.Single(await OpenAsync()).Id);
    }

    [Fact]
    public async Task RunAsync_OpenedByAProcessThatDiedBeforeItLogged_IsLoggedByTheNext()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await ArriveAsync();
        time.Advance(TimeSpan.FromHours(2));
        var dies = new DyingLog();
        var dying = new AlertTimer(
            fixture.Storage, new SourceWatch(fixture.Storage, new DataCatalog(fixture.Storage), Runs, time), new AlertBook(fixture.Storage, time, dies), NullLogger<AlertTimer>.Instance);
        await dying.RunAsync(CancellationToken.None);
        Assert.True(dies.HasDied);
        Assert.Single(await OpenAsync());

        time.Advance(TimeSpan.FromMinutes(5));
        await LookAsync();
        await LookAsync();
        Assert.Single(log.Lines);
        Assert.Single(await OpenAsync());
    }

    [Fact]
    public async Task RunAsync_NothingIsPromisedAnyMore_ResolvesWhatIsOpen()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await ArriveAsync();
        time.Advance(TimeSpan.FromHours(2));
        await LookAsync();
        Assert.Single(await OpenAsync());
        await fixture.Storage.Specs.TryPutAsync(pipeline, Encoding.UTF8.GetBytes(TestModels.Spec), null, CancellationToken.None);
        await LookAsync();
        Assert.Empty(await OpenAsync());
    }

    [Fact]
    public async Task RunAsync_AnotherOwner_IsNamedByTheOpenAlert()
    {
        await PutSpecAsync("""{"owner":"crm","expectedEvery":"01:00:00"}""");
        await ArriveAsync();
        time.Advance(TimeSpan.FromHours(2));
        await LookAsync();
        Alert opened = Assert.Single(await OpenAsync());
        await PutSpecAsync("""{"owner":"erp","expectedEvery":"01:00:00"}""");
        await LookAsync();
        Assert.Equal(opened with { Owner = "erp", Consumers = [], Evidence = opened.Evidence, Announced = true }, Assert.Single(await OpenAsync()) with { Consumers = [], Evidence = opened.Evidence });
    }

    [Fact]
    public async Task ListResolvedAsync_Pages_TheLastOneFirst()
    {
        for (int i = 0; i < 5; i++)
        {
            var condition = new AlertCondition("test", time.GetUtcNow(), $"reason {i}", new AlertEvidence([], new Dictionary<string, double>()));
            await Book.SettleAsync(pipeline, AlertParties.None, ["test"], [condition], CancellationToken.None);
            time.Advance(TimeSpan.FromMinutes(1));
            await Book.SettleAsync(pipeline, AlertParties.None, ["test"], [], CancellationToken.None);
        }

        AlertPage first = await Book.ListResolvedAsync(pipeline, 3, null, CancellationToken.None);
        Assert.Equal(["reason 4", "reason 3", "reason 2"], first.Alerts.Select(alert => alert.Reason));
        AlertPage second = await Book.ListResolvedAsync(pipeline, 3, first.Next, CancellationToken.None);
        Assert.Equal(["reason 1", "reason 0"], second.Alerts.Select(alert => alert.Reason));
        Assert.Null(second.Next);
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => Book.ListResolvedAsync(null, 3, first.Next, CancellationToken.None))).Status);
    }

    /// <summary>Fails as a process does that dies while it logs.</summary>
    private sealed class DyingLog : ILogger<AlertBook>
    {
        public bool HasDied { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            HasDied = true;
            throw new IOException("The process has died.");
        }
    }
}
