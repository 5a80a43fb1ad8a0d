using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Data versions as the ingest would have recorded them.</summary>
internal static class TestData
{
    public static DataVersionRecord Arrival(string order, ContentHash id = default, string blob = "p/x.csv", string etag = "0x1") => new()
    {
        Id = id,
        Order = order,
        Source = new RunSource { Blob = blob, Url = new Uri("https://storage.example/incoming/" + blob), ETag = etag, LastModified = DataOrder.TimeOf(order) },
        RunId = "t-1",
        Bytes = 10,
        Parts = 1,
    };

    /// <summary>Stores the parts and the version they make.</summary>
    public static async Task<DataVersionRecord> ArriveAsync(IPipelineStorage storage, string pipeline, string order, IReadOnlyList<string> parts, string blob = "p/x.csv", string etag = "0x1", DataFileKind kind = DataFileKind.Csv)
    {
        var stored = new List<DataPart>();
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            stored.Add(new DataPart(await storage.Content.PutAsync(bytes, CancellationToken.None), bytes.Length));
        }

        var catalog = new DataCatalog(storage);
        ContentHash version = await catalog.AddAsync(
            pipeline,
            DataVersionManifest.Of(new DataFile(kind, stored)),
            id => Arrival(order, id, blob, etag),
            CancellationToken.None);
        return (await catalog.FindAsync(pipeline, version, CancellationToken.None))!;
    }
}
