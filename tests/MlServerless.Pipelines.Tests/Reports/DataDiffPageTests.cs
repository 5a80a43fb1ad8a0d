using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Reports;

namespace MlServerless.Pipelines.Tests.Reports;

public sealed class DataDiffPageTests
{
    private const string Hostile = "<script>alert('x')</script>&";

    [Fact]
    public void Build_TwoVersions_ShowsWhatDiffers()
    {
        string page = PageMarkup.Text(DataDiffPage.Build(Diff(Customers(0, 1000, "a"), Customers(200, 1000, "b"), ["id"])));

        PageMarkup.RequireBalanced(page);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" src=", page, StringComparison.Ordinal);
        foreach (string expected in (string[])["<dt>Added</dt><dd>200<", "<dt>Removed</dt><dd>200<", "<dt>Changed</dt><dd>800<", "20 of them here", "class=\"before\"", "Jensen\u2013Shannon", "told apart by id"])
            Assert.Contains(expected, page, StringComparison.Ordinal);
        Assert.DoesNotContain("no difference", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SameVersion_SaysThatThereIsNoDifference()
    {
        string csv = Customers(0, 300, "a");

        string page = PageMarkup.Text(DataDiffPage.Build(Diff(csv, csv, ["id"])));

        PageMarkup.RequireBalanced(page);
        Assert.Contains("no difference", page, StringComparison.Ordinal);
        Assert.Contains("same columns, types", page, StringComparison.Ordinal);
        Assert.Equal(DataDiffPage.Build(Diff(csv, csv, ["id"])), Encoding.UTF8.GetBytes(page));
    }

    [Fact]
    public void Build_HostileNamesAndValues_AreText()
    {
        string csv = $"id,\"{Hostile}\"\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"\"{Hostile}{i}\",v\n"));

        string page = PageMarkup.Text(DataDiffPage.Build(Diff(csv, csv.Replace(",v", $",\"{Hostile}\"", StringComparison.Ordinal), ["id"])));

        PageMarkup.RequireBalanced(page);
        Assert.Equal(1, PageMarkup.CountScripts(page));
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;0", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_WithoutKeySchemaAndFigures_SaysSo()
    {
        DataDiffReport diff = Diff("x\n1\n1\n2\n", "x\n1\n3\n", []);

        string page = PageMarkup.Text(DataDiffPage.Build(diff with { Schema = null, Distributions = null, NoDistributions = "Never prepared.", After = diff.After with { Schema = null, Profile = null } }));

        PageMarkup.RequireBalanced(page);
        foreach (string expected in (string[])["needs a key", "no key was given", "The version before has 1 rows that repeat another", "Never prepared.", "no schema of its own", "no figures of this version"])
            Assert.Contains(expected, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_SchemaChanges_AreListed()
    {
        string page = PageMarkup.Text(DataDiffPage.Build(Diff("id,x,gone\n1,2,3\n2,3,4\n", "id,x,fresh\n1,a,3\n2,b,4\n", ["id"])));

        PageMarkup.RequireBalanced(page);
        Assert.Contains("<th scope=\"row\">gone</th><td>column</td><td>integer</td><td>\u2013</td>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">fresh</th><td>column</td><td>\u2013</td><td>integer</td>", page, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">x</th><td>type</td><td>integer</td><td>category</td>", page, StringComparison.Ordinal);
    }

    private static string Customers(int first, int count, string plan) =>
        "id,amount,plan\n" + string.Concat(Enumerable.Range(first, count).Select(i => $"c{i},{i % 97 * 0.5},{plan}\n"));

    private static DataDiffReport Diff(string before, string after, string[] key)
    {
        (DiffVersion then, DiffSide thenSide, TableSketch thenSketch) = Version(before);
        (DiffVersion now, DiffSide nowSide, TableSketch nowSketch) = Version(after);
        bool Both(ColumnSketch column) => thenSketch.Find(column.Name)?.Type == column.Type && nowSketch.Find(column.Name)?.Type == column.Type;
        return new DataDiffReport(
            "p",
            thenSide,
            nowSide,
            DataDiff.Compare(then, now, key, CancellationToken.None),
            SchemaDiff.Compare(then.Schema, now.Schema),
            DriftCalculator.Compare(thenSketch.Where(Both), nowSketch.Where(Both), new DriftOptions()),
            null);
    }

    private static (DiffVersion Version, DiffSide Side, TableSketch Sketch) Version(string csv)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(csv);
        CsvFormat format = CsvFormat.Detect(bytes, ',', out _);
        PartScan scan = PartScan.Scan(new MemoryStream(bytes), format, hasHeader: true, null, CancellationToken.None);
        DataSchema schema = SchemaInference.Infer(scan, new Dictionary<string, ColumnSchema>());
        PartSource[] parts = [new PartSource(() => new MemoryStream(bytes), format, true)];
        Table table = SplitReader.Read(parts, schema, new SplitRule { Salt = "s", Validation = 0, HoldOut = 0 }, 2, CancellationToken.None).Train;
        return (new DiffVersion(parts, schema), new DiffSide(ContentHash.Of(bytes), "p/x.csv", schema, DataProfile.From(scan, schema)), TableSketch.Of(table, table.Columns.Select(column => column.Name)));
    }
}
