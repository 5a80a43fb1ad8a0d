using System.Text;
using System.Text.Json;
using FsCheck;
using MlServerless.Data.Tests.Csv;

namespace MlServerless.Data.Tests.Diff;

public class DataDiffTests
{
    [Fact]
    public void Compare_AddedRemovedAndChangedRows_AreCountedAndShown()
    {
        DataDiffResult diff = Compare("id,x,old\n1,a,o\n2,b,o\n3,c,o\n4,d,o\n", "new,x,id\nn,a,1\nn,B,2\nn,c,3\nn,e,5\n", "id");

        Assert.Equal((1, 1, 1, 2), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
        Assert.Equal(["x", "id"], diff.Columns);
        Assert.Equal("5 row 4", Assert.Single(diff.AddedExamples.Select(row => $"{row.Values[0]} row {row.AfterRow}")));
        Assert.Equal("4 row 4", Assert.Single(diff.RemovedExamples.Select(row => $"{row.Values[0]} row {row.BeforeRow}")));
        DiffExample changed = Assert.Single(diff.ChangedExamples);
        Assert.Equal((2L, 2L), (changed.BeforeRow!.Value, changed.AfterRow!.Value));
        Assert.Equal(new CellChange("x", "b", "B"), Assert.Single(changed.Changes));
    }

    [Fact]
    public void Compare_RowsOfOneKey_AreSetAgainstEqualOnesFirst()
    {
        DataDiffResult diff = Compare("id,x\n1,a\n1,b\n1,b\n2,c\n", "id,x\n1,b\n1,z\n2,c\n2,c\n", "id");

        // Of key 1 one b stays, a or the other b becomes z and one is removed; key 2 comes once more.
        Assert.Equal((1, 1, 1, 2), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
        Assert.Equal(new DiffRows(4, 0, 1, 2), diff.Before);
        Assert.Equal(new DiffRows(4, 0, 2, 2), diff.After);
    }

    [Fact]
    public void Compare_WithoutKey_ComparesMultisetsOfRows()
    {
        DataDiffResult diff = Compare("x,y\na,1\na,1\nb,2\n", "x,y\nb,2\na,1\nc,3\nc,3\n");

        Assert.Equal((2, 1, 0, 2), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
        Assert.Equal(["c", "3"], diff.AddedExamples[0].Values);
        Assert.Equal([3L, 4], diff.AddedExamples.Select(row => row.AfterRow!.Value));
        Assert.Equal(1, diff.Before.DuplicateKeys);
    }

    [Fact]
    public void Compare_RowsKeptOut_AreCountedApart()
    {
        DataDiffResult diff = Compare("id,x\n1,a\n2,b,c\n", "id,x\n1,a\n", "id");

        Assert.Equal(new DiffRows(2, 1, 0, 0), diff.Before);
        Assert.Equal((0, 0, 0, 1), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
    }

    [Fact]
    public void Compare_MissingKeyColumnOrNothingInCommon_IsRefused()
    {
        Assert.Contains("The version after has no column 'id'", Assert.Throws<DataDiffException>(() => Compare("id,x\n1,a\n", "x\na\n", "id")).Message);
        Assert.Contains("The version before has no column 'k'", Assert.Throws<DataDiffException>(() => Compare("id,x\n1,a\n", "x\na\n", "k")).Message);
        Assert.Contains("no column in common", Assert.Throws<DataDiffException>(() => Compare("id\n1\n", "x\na\n")).Message);
    }

    [Fact]
    public void Compare_ManyDifferences_ShowsTwentyAndShortensValues()
    {
        string tall = new('v', 500);
        DataDiffResult diff = Compare(
            Scans.Table("id,x", 3000, i => $"{i},a"),
            Scans.Table("id,x", 3000, i => $"{i + 1000},{(i < 1000 ? tall : "a")}"),
            "id");

        Assert.Equal((1000, 1000, 1000, 1000), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
        Assert.Equal(DataDiff.MaxExamples, diff.AddedExamples.Count);
        Assert.Equal(DataDiff.MaxExamples, diff.RemovedExamples.Select(row => row.Values[0]).Distinct().Count());
        Assert.All(diff.ChangedExamples, row => Assert.Equal(121, row.Changes.Single().After.Length));
    }

    [Fact]
    public void Compare_FormatsAndQuotes_DoNotMatter()
    {
        byte[] csv = Encoding.UTF8.GetBytes("id,name,x\n1,\"a \"\"b\"\"\",2.5\n2,c,3\n");
        byte[] json = Encoding.UTF8.GetBytes("{\"name\":\"a \\\"b\\\"\",\"x\":2.5,\"id\":1}\n{\"id\":2,\"x\":3,\"name\":\"c\"}\n");
        var schema = new DataSchema { Columns = [.. ((string[])["id", "name", "x"]).Select(name => new ColumnSchema { Name = name, Type = ColumnType.Category })] };
        var other = new DiffVersion([new PartSource(() => new MemoryStream(json), new NdjsonFormat { Columns = [] }, true)], schema);

        DataDiffResult diff = DataDiff.Compare(Version(csv), other, ["id"], CancellationToken.None);

        Assert.Equal((0, 0, 0, 2), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
    }

    [Fact]
    public void Compare_WithItself_IsEmpty() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(150)
            from keyed in Gen.Elements(true, false)
            select (Bytes: (byte[])[.. "id,x\n"u8, .. bytes], Keyed: keyed),
            sample =>
            {
                DataDiffResult diff = DataDiff.Compare(Version(sample.Bytes), Version(sample.Bytes), sample.Keyed ? ["id"] : [], CancellationToken.None);
                Assert.Equal((0, 0, 0), (diff.Added, diff.Removed, diff.Changed));
                Assert.Equal(diff.Before.Rows - diff.Before.RejectedRows, diff.Unchanged);
                Assert.Empty(diff.ChangedExamples);
            });

    /// <summary>Against a comparison in memory, with keys that are there several times.</summary>
    [Fact]
    public void Compare_RandomRows_AgreesWithMultisets() =>
        Properties.Check(
            from before in Rows
            from after in Rows
            from keyed in Gen.Elements(true, false)
            select (Before: before, After: after, Keyed: keyed),
            sample =>
            {
                DataDiffResult diff = Compare(Csv(sample.Before), Csv(sample.After), sample.Keyed ? ["id"] : []);
                long unchanged = 0;
                long changed = 0;
                foreach (string key in sample.Before.Concat(sample.After).Select(row => sample.Keyed ? row.Id : row.Id + "," + row.X).Distinct())
                {
                    string[] then = [.. sample.Before.Where(row => (sample.Keyed ? row.Id : row.Id + "," + row.X) == key).Select(row => row.X)];
                    string[] now = [.. sample.After.Where(row => (sample.Keyed ? row.Id : row.Id + "," + row.X) == key).Select(row => row.X)];
                    int equal = then.Distinct().Sum(x => Math.Min(then.Count(y => y == x), now.Count(y => y == x)));
                    unchanged += equal;
                    changed += Math.Min(then.Length - equal, now.Length - equal);
                }

                Assert.Equal(unchanged, diff.Unchanged);
                Assert.Equal(changed, diff.Changed);
                Assert.Equal(sample.Before.Length, diff.Removed + diff.Changed + diff.Unchanged);
                Assert.Equal(sample.After.Length, diff.Added + diff.Changed + diff.Unchanged);
                Assert.All(diff.ChangedExamples, row => Assert.NotEmpty(row.Changes));
                Assert.All(diff.ChangedExamples, row => Assert.Equal((sample.Before[row.BeforeRow!.Value - 1].X, sample.After[row.AfterRow!.Value - 1].X), (row.Changes[0].Before, row.Changes[0].After)));
                Assert.All(diff.AddedExamples, row => Assert.Equal(sample.After[row.AfterRow!.Value - 1].Id, row.Values[0]));
            });

    [Fact]
    public void Compare_AnyPartsAndColumnOrder_GiveTheSame() =>
        Properties.Check(
            from before in Rows
            from after in Rows
            from keyed in Gen.Elements(true, false)
            from partBytes in Gen.Choose(1, 60)
            select (Before: before, After: after, Keyed: keyed, PartBytes: partBytes),
            sample =>
            {
                string[] key = sample.Keyed ? ["id"] : [];
                DataDiffResult whole = Compare(Csv(sample.Before), Csv(sample.After), key);
                DataDiffResult cut = DataDiff.Compare(Version(Encoding.UTF8.GetBytes(Csv(sample.Before)), sample.PartBytes), Version(Encoding.UTF8.GetBytes(Csv(sample.After)), sample.PartBytes), key, CancellationToken.None);
                Assert.Equal(JsonSerializer.Serialize(whole), JsonSerializer.Serialize(cut));
                string turned = "x,id\n" + string.Concat(sample.Before.Select(row => $"{row.X},{row.Id}\n"));
                Assert.Equal(JsonSerializer.Serialize(whole), JsonSerializer.Serialize(Compare(turned, Csv(sample.After), key)));
            });

    [Fact]
    public void Compare_FilesOfOneVersion_AreOneSequenceOfRows()
    {
        byte[] first = Encoding.UTF8.GetBytes("id,x\n1,a\n2,b\n");
        byte[] second = Encoding.UTF8.GetBytes("x,id\nc,3\n");
        var both = new DiffVersion([.. Version(first).Parts, .. Version(second).Parts], Version(first).Schema);

        DataDiffResult diff = DataDiff.Compare(Version(first), both, ["id"], CancellationToken.None);

        Assert.Equal((1, 0, 0, 2), (diff.Added, diff.Removed, diff.Changed, diff.Unchanged));
        Assert.Equal(3, diff.AddedExamples.Single().AfterRow);
    }

    private static Gen<(string Id, string X)[]> Rows =>
        from count in Gen.Choose(0, 30)
        from rows in Gen.ArrayOf(count, from id in Gen.Choose(0, 12) from x in Gen.Elements("a", "b", "c", "") select (Id: $"k{id}", X: x))
        select rows;

    private static string Csv((string Id, string X)[] rows) => "id,x\n" + string.Concat(rows.Select(row => $"{row.Id},{row.X}\n"));

    private static DataDiffResult Compare(string before, string after, params string[] key) =>
        DataDiff.Compare(Version(Encoding.UTF8.GetBytes(before)), Version(Encoding.UTF8.GetBytes(after)), key, CancellationToken.None);

    private static DiffVersion Version(byte[] bytes, int? partBytes = null)
    {
        CsvFormat format = CsvFormat.Detect(bytes, ',', out _);
        List<byte[]> parts = partBytes is { } size ? PartCutterTests.Cut(bytes, size, 1000) : [bytes];
        PartScan scan = PartScan.Scan(new MemoryStream(bytes), format, true, null, CancellationToken.None);
        return new DiffVersion([.. parts.Select((part, index) => new PartSource(() => new MemoryStream(part), format, index == 0))], Scans.Infer(scan));
    }
}
