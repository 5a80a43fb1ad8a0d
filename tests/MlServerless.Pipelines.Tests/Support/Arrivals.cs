using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Arrivals in a catalog, as ingest and check would have recorded them.</summary>
internal static class Arrivals
{
    /// <param name="rows">What the check counted; null for an arrival that was not checked.</param>
    public static async Task<DataVersionRecord> AddAsync(
        IPipelineStorage storage, string pipeline, DateTimeOffset at, string file = "x.csv", long? rows = null, bool blocking = false, string? content = null)
    {
        var catalog = new DataCatalog(storage);
        string order = DataOrder.Of(at, $"{pipeline}/{file}", "0x1");
        byte[] bytes = Encoding.UTF8.GetBytes(content ?? order);
        ContentHash part = await storage.Content.PutAsync(bytes, CancellationToken.None);
        ContentHash id = await catalog.AddAsync(
            pipeline,
            Manifest([new DataPart(part, bytes.Length)]),
            version => new DataVersionRecord
            {
                Id = version,
                Order = order,
                Source = new RunSource { Blob = $"{pipeline}/{file}", Url = new Uri($"https://storage.example/incoming/{pipeline}/{file}"), ETag = "0x1", LastModified = at },
                RunId = RunId.ForRequest(pipeline, order),
                Bytes = bytes.Length,
                Parts = 1,
            },
            CancellationToken.None);
        if (rows is { } count)
        {
            var check = new DataCheckRecord { DataVersion = id, RunId = "t-1", SpecHash = default, ReportHash = ContentHash.Of(bytes), Blocking = blocking, Rows = count, RejectedRows = 0 };
            await catalog.RecordCheckAsync(pipeline, order, check, CancellationToken.None);
        }

        return await catalog.ListNewestFirstAsync(pipeline, at, null, CancellationToken.None).FirstAsync(arrival => arrival.Order == order);
    }

    public static DataVersionManifest Manifest(IReadOnlyList<DataPart> parts) => DataVersionManifest.Of(new DataFile(DataFileKind.Csv, parts));
}
