using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Erasure;

[Collection(StorageTests.Name)]
public sealed class ErasureServiceTests(StorageFixture fixture) : IAsyncLifetime
{
    private const string Spec = """{"task":"binary","label":"y","key":["id","site"],"candidates":[{"trainer":"gbdt"}]}""";

    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private IPipelineStorage Storage => fixture.Storage;

    private DataCatalog Catalog => new(Storage);

    private ErasureLog Log => new(Storage);

    private ErasureService Service
    {
        get
        {
            var specs = new SpecCatalog(Storage);
            return new ErasureService(
                Storage,
                Log,
                Catalog,
                specs,
                new VersionEraser(Storage, specs, new DataVersionReader(Storage, Catalog)),
                new WindowRemoval(Storage, Catalog),
                new RunStarter(Storage, new RunLog(Storage, time), Catalog, specs, time),
                new PipelineOptions(),
                time,
                NullLogger<ErasureService>.Instance);
        }
    }

    public Task InitializeAsync() => PutSpecAsync(Spec);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task ContinueAsync_RowsOfTheKeys_GoFromEveryVersion()
    {
        DataVersionRecord first = await ArriveAsync(1, "a.csv", "id,site,x,y\n1,a,10,0\n2,a,20,1\n", "1,b,30,0\n1,a,31,1\n");
        DataVersionRecord second = await ArriveAsync(2, "b.csv", "y;site;id\n1;a;1\n0;c;3\n");
        DataVersionRecord untouched = await ArriveAsync(3, "c.csv", "id,site,y\n5,a,1\n");
        DataVersionRecord other = await ArriveAsync(4, "d.csv", "id,y\n1,1\n");

        ErasureRecord erasure = await EraseAsync(Key("1", "a"));

        Assert.Equal((ErasureStatus.Completed, 3L, 1), (erasure.Status, erasure.Rows, erasure.KeyCount));
        Assert.Equal([(first.Id, 2L), (second.Id, 1L)], erasure.Versions.Select(version => (version.DataVersion, version.Rows)));
        Assert.Equal(other.Id, Assert.Single(erasure.Unsearched).DataVersion);
        Assert.Contains("no column 'site'", erasure.Unsearched[0].Reason, StringComparison.Ordinal);
        Assert.Empty(erasure.Keys);

        List<DataVersionRecord> now = await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync();
        Assert.Equal([erasure.Versions[0].ReplacedBy, erasure.Versions[1].ReplacedBy, untouched.Id, other.Id], now.Select(arrival => arrival.Id));
        Assert.Equal([first.Id], now[0].Replaces);
        Assert.Equal(["id,site,x,y\n2,a,20,1\n", "1,b,30,0\n"], await TextsAsync(now[0].Id));
        Assert.Equal(["y;site;id\n0;c;3\n"], await TextsAsync(now[1].Id));
        DataVersionRecord old = (await Catalog.FindAsync(pipeline, first.Id, CancellationToken.None))!;
        Assert.Equal((DataRemoval.ByErasure, now[0].Id), (old.Removed!.Reason, old.Removed.ReplacedBy!.Value));
        Assert.Null((await Catalog.FindAsync(pipeline, now[0].Id, CancellationToken.None))!.Removed);
    }

    [Fact]
    public async Task ContinueAsync_Uploads_GoWithTheirRows()
    {
        foreach (string name in (string[])["a.csv", "b.csv"])
        {
            string csv = $"id,site,y\n{name},a,1\n2,a,0\n";
            await fixture.UploadAsync($"{pipeline}/{name}", csv);
            UploadInfo upload = (await Storage.Uploads.FindAsync($"{pipeline}/{name}", CancellationToken.None))!;
            await TestData.ArriveAsync(Storage, pipeline, DataOrder.Of(upload.LastModified, upload.Name, upload.ETag), [csv], upload.Name, upload.ETag);
        }

        await EraseAsync(Key("a.csv", "a"));

        Assert.Null(await Storage.Uploads.FindAsync($"{pipeline}/a.csv", CancellationToken.None));
        Assert.NotNull(await Storage.Uploads.FindAsync($"{pipeline}/b.csv", CancellationToken.None));
    }

    [Fact]
    public async Task ContinueAsync_TwiceAtOnceAndAgain_IsOneErasure()
    {
        for (int day = 1; day <= 5; day++)
            await ArriveAsync(day, $"{day}.csv", $"id,site,y\n1,a,1\n{day + 1},a,0\n");
        ErasureRecord requested = await Service.RequestAsync(pipeline, [Key("1", "a")], "Ada", "once", retrain: true, "key", CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Service.ContinueAsync(requested.Ref, CancellationToken.None)));
        await Service.ContinueAsync(requested.Ref, CancellationToken.None);

        ErasureRecord done = await Service.RequestAsync(pipeline, [Key("1", "a")], "Ada", "once", retrain: true, "key", CancellationToken.None);
        Assert.Equal((requested.Id, ErasureStatus.Completed, 5L, 5), (done.Id, done.Status, done.Rows, done.Versions.Count));
        RunRecord run = Assert.Single(await new RunLog(Storage, time).ListAsync(pipeline, CancellationToken.None).ToListAsync());
        Assert.Equal((done.RunId, done.Versions.Max(version => version.Order)), (run.Id, run.DataOrder));
        Assert.All(await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync(), arrival => Assert.Single(arrival.Replaces));
    }

    /// <summary>It dies between replacing a version and noting that it is done.</summary>
    [Fact]
    public async Task ContinueAsync_KilledAfterTheReplacement_StillTellsWhatWent()
    {
        DataVersionRecord arrival = await ArriveAsync(1, "a.csv", "id,site,y\n1,a,1\n2,a,0\n");
        ErasureRecord requested = await RequestAsync([Key("1", "a")]);
        await Service.ContinueAsync(requested.Ref, CancellationToken.None);
        ErasureRecord done = (await Log.FindAsync(requested.Ref, CancellationToken.None))!;
        Row row = (await Storage.Data.FindAsync(pipeline, "erasure:" + requested.Id, CancellationToken.None))!;
        string before = System.Text.Json.JsonSerializer.Serialize(requested with { Versions = done.Versions, Rows = done.Rows }, PipelineJson.Default.ErasureRecord);
        await Storage.Data.PutAsync(row with { Json = before }, CancellationToken.None);

        await Service.ContinueAsync(requested.Ref, CancellationToken.None);

        ErasureRecord resumed = (await Log.FindAsync(requested.Ref, CancellationToken.None))!;
        Assert.Equal((ErasureStatus.Completed, 1L), (resumed.Status, resumed.Rows));
        Assert.Equal(arrival.Id, Assert.Single(resumed.Versions).DataVersion);
    }

    [Fact]
    public async Task ContinueAsync_NoSuchRow_ChangesNothingAndStartsNoRun()
    {
        DataVersionRecord arrival = await ArriveAsync(1, "a.csv", "id,site,y\n1,a,1\n");

        ErasureRecord erasure = await EraseAsync(Key("2", "a"));

        Assert.Equal((ErasureStatus.Completed, 0L, null), (erasure.Status, erasure.Rows, erasure.RunId));
        Assert.Equal(arrival.Id, Assert.Single(await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync()).Id);
        Assert.Empty(await new RunLog(Storage, time).ListAsync(pipeline, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task ContinueAsync_WindowsThatHeldTheRows_AreGoneToo()
    {
        DataVersionRecord first = await ArriveAsync(1, "a.csv", "id,site,y\n1,a,1\n");
        DataVersionRecord second = await ArriveAsync(2, "b.csv", "id,site,y\n2,a,1\n");
        ContentHash both = await AddWindowAsync(first, second);
        ContentHash clean = await AddWindowAsync(second);

        await EraseAsync(Key("1", "a"));

        Assert.Equal(DataRemoval.ByErasure, (await Catalog.FindAsync(pipeline, both, CancellationToken.None))!.Removed!.Reason);
        Assert.Null((await Catalog.FindAsync(pipeline, clean, CancellationToken.None))!.Removed);
    }

    [Fact]
    public async Task RequestAsync_WhatCannotBe_IsAProblemThatSaysWhere()
    {
        ProblemException faults = await Assert.ThrowsAsync<ProblemException>(() => RequestAsync([Key("1", "a"), new Dictionary<string, string> { ["id"] = "1" }, new Dictionary<string, string> { ["id"] = "1", ["x"] = "2" }]));
        Assert.Equal((400, "$.keys[1] $.keys[2]"), (faults.Status, string.Join(' ', faults.Errors.Select(error => error.Path))));
        Assert.Contains("'id', 'site'", faults.Errors[0].Message, StringComparison.Ordinal);
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => RequestAsync([]))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(() => RequestAsync([.. Enumerable.Range(0, ErasureService.MaxKeys + 1).Select(i => Key($"{i}", "a"))]))).Status);
        await RequestAsync([Key("1", "a")], "same");
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => RequestAsync([Key("2", "a")], "same"))).Status);
        await PutSpecAsync("""{"task":"binary","label":"y","candidates":[{"trainer":"gbdt"}]}""");
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => RequestAsync([Key("1", "a")]))).Status);
    }

    [Fact]
    public async Task ResumeAsync_StoppedErasure_IsQueuedAgain()
    {
        await ArriveAsync(1, "a.csv", "id,site,y\n1,a,1\n");
        ErasureRecord erasure = await RequestAsync([Key("1", "a")]);
        Assert.Contains(await Log.ListOpenAsync(CancellationToken.None).ToListAsync(), open => open.Id == erasure.Id);

        await Service.ContinueAsync(erasure.Ref, CancellationToken.None);

        Assert.DoesNotContain(await Log.ListOpenAsync(CancellationToken.None).ToListAsync(), open => open.Id == erasure.Id);
    }

    private static Dictionary<string, string> Key(string id, string site) => new() { ["id"] = id, ["site"] = site };

    private Task<ErasureRecord> RequestAsync(IReadOnlyList<IReadOnlyDictionary<string, string>> keys, string? idempotencyKey = null) =>
        Service.RequestAsync(pipeline, keys, null, null, retrain: false, idempotencyKey, CancellationToken.None);

    private async Task<ErasureRecord> EraseAsync(params IReadOnlyDictionary<string, string>[] keys)
    {
        ErasureRecord erasure = await RequestAsync(keys);
        await Service.ContinueAsync(erasure.Ref, CancellationToken.None);
        return (await Log.FindAsync(erasure.Ref, CancellationToken.None))!;
    }

    private Task PutSpecAsync(string spec) => Storage.Specs.TryPutAsync(pipeline, Encoding.UTF8.GetBytes(spec), null, CancellationToken.None);

    [Fact]
    public async Task ContinueAsync_JsonLines_LoseTheRowsOfTheKeysAndNothingElse()
    {
        await TestData.ArriveAsync(
            Storage,
            pipeline,
            DataOrder.Of(time.GetUtcNow().AddDays(1), $"{pipeline}/a.ndjson", "0x1"),
            ["{\"id\":1,\"site\":\"a\",\"x\":1}\n{\"id\":2,\"site\":\"a\"}\nnot json\n", "{\"site\":\"\\u0061\",\"id\":\"1\"}\n"],
            $"{pipeline}/a.ndjson",
            kind: DataFileKind.Ndjson);

        ErasureRecord erasure = await EraseAsync(Key("1", "a"));

        Assert.Equal((ErasureStatus.Completed, 2L), (erasure.Status, erasure.Rows));
        Assert.Empty(erasure.Unsearched);
        DataVersionRecord now = Assert.Single(await Catalog.ListArrivalsAsync(pipeline, CancellationToken.None).ToListAsync());
        Assert.Equal(["{\"id\":2,\"site\":\"a\"}\nnot json\n"], await TextsAsync(now.Id));
        Assert.Equal(DataFileKind.Ndjson, (await Catalog.ReadManifestAsync(now.Id, CancellationToken.None)).Files[0].Kind);
    }

    private Task<DataVersionRecord> ArriveAsync(int day, string name, params string[] parts) =>
        TestData.ArriveAsync(Storage, pipeline, DataOrder.Of(time.GetUtcNow().AddDays(day), $"{pipeline}/{name}", "0x1"), parts, $"{pipeline}/{name}");

    private async Task<ContentHash> AddWindowAsync(params DataVersionRecord[] members)
    {
        var composition = new WindowComposition("all", [.. members.Select(member => new WindowMember(member.Id, member.Order))]);
        ContentHash stored = await Storage.Content.PutAsync(CanonicalJson.Serialize(composition, PipelineJson.Default.WindowComposition), CancellationToken.None);
        var files = new List<DataFile>();
        foreach (DataVersionRecord member in members)
            files.AddRange((await Catalog.ReadManifestAsync(member.Id, CancellationToken.None)).Files);
        return await Catalog.AddWindowAsync(
            pipeline,
            DataVersionManifest.Of([.. files, new DataFile(DataFileKind.Csv, [])]),
            id => members[^1] with { Id = id, Composition = stored },
            CancellationToken.None);
    }

    private async Task<IReadOnlyList<string>> TextsAsync(ContentHash version)
    {
        var texts = new List<string>();
        foreach (DataPart part in (await Catalog.ReadManifestAsync(version, CancellationToken.None)).Parts)
            texts.Add(Encoding.UTF8.GetString(await Storage.Content.ReadAsync(part.Hash, CancellationToken.None)));
        return texts;
    }
}
