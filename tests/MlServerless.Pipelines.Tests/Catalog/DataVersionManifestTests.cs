using MlServerless.Data;
using MlServerless.Pipelines.Catalog;

namespace MlServerless.Pipelines.Tests.Catalog;

public sealed class DataVersionManifestTests
{
    [Fact]
    public void Locate_PartsOfSeveralFiles()
    {
        DataVersionManifest manifest = DataVersionManifest.Of(File("a", "b"), File(), File("c"), File("d", "e"));

        Assert.Equal(5, manifest.Parts.Count);
        Assert.Equal([(0, 0), (0, 1), (2, 0), (3, 0), (3, 1)], Enumerable.Range(0, 5).Select(manifest.Locate));
        Assert.Throws<ArgumentOutOfRangeException>(() => manifest.Locate(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => manifest.Locate(-1));
    }

    /// <summary>The id of a data version must never change.</summary>
    [Fact]
    public void CanonicalJson_Golden() =>
        Assert.Equal(
            """{"files":[{"kind":"csv","parts":[{"bytes":1,"hash":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}]}],"format":2}""",
            System.Text.Encoding.UTF8.GetString(CanonicalJson.Serialize(DataVersionManifest.Of(File("a")), PipelineJson.Default.DataVersionManifest)));

    private static DataFile File(params string[] parts) =>
        new(DataFileKind.Csv, [.. parts.Select(part => new DataPart(ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(part)), part.Length))]);
}
