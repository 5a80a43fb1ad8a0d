using System.Text;
using System.Text.Json;
using FsCheck;

namespace MlServerless.Data.Tests.Profiles;

public class PartScanTests
{
    private static readonly CsvFormat ThreeColumns = new() { Delimiter = ',', Columns = ["a", "b", "c"], HeaderBytes = 0 };

    private static readonly DataSchema SomeDeclared = new()
    {
        Columns =
        [
            new ColumnSchema { Name = "b", Type = ColumnType.Number, Min = 0, Max = 2 },
            new ColumnSchema { Name = "c", Type = ColumnType.Category, Values = ["a", "bc"] },
        ],
    };

    [Fact]
    public void Merge_AnyPartsInAnyGrouping_GivesTheSameBytes() =>
        Properties.Check(
            from bytes in Properties.CsvBytes(150)
            from partBytes in Gen.Choose(1, 60)
            from declared in Gen.Elements(true, false)
            from together in Gen.Choose(1, 4)
            select (Bytes: bytes, PartBytes: partBytes, Declared: declared, Group: together),
            sample =>
            {
                DataSchema? declared = sample.Declared ? SomeDeclared : null;
                PartScan whole = Scan(sample.Bytes, declared);
                List<PartScan> parts = [.. Csv.PartCutterTests.Cut(sample.Bytes, sample.PartBytes, 100).Select(part => Scan(part, declared))];
                if (parts.Count == 0)
                    return;
                byte[] expected = whole.ToCanonicalJson();
                Assert.Equal(expected, PartScan.Merge(parts).ToCanonicalJson());
                PartScan[] groups = [.. parts.Chunk(sample.Group).Select(chunk => PartScan.Merge(chunk))];
                Assert.Equal(expected, PartScan.Merge(groups).ToCanonicalJson());
                PartScan[] read = [.. parts.Select(part => PartScan.Parse(part.ToCanonicalJson()))];
                Assert.Equal(expected, PartScan.Merge(read).ToCanonicalJson());
            },
            300);

    [Fact]
    public void Merge_ManyDifferentValues_GivesTheSameBytes()
    {
        var csv = new StringBuilder("id,amount,when\n");
        for (int i = 0; i < 20_000; i++)
            csv.Append($"customer-{i * 7},{i * 0.37 % 100:F2},{new DateTime(2026, 1, 1).AddMinutes(i * 13):yyyy-MM-ddTHH:mm}\n");
        byte[] bytes = Encoding.UTF8.GetBytes(csv.ToString());
        CsvFormat format = CsvFormat.Detect(bytes, out _);
        PartScan[] parts = [.. Csv.PartCutterTests.Cut(bytes, 70_000, 10_000)
            .Select((part, i) => PartScan.Scan(new MemoryStream(part), format, hasHeader: i == 0, null, CancellationToken.None))];
        Assert.InRange(parts.Length, 5, 50);
        Assert.Equal(Scans.Of(bytes).ToCanonicalJson(), PartScan.Merge(parts).ToCanonicalJson());
    }

    [Fact]
    public void Scan_AnyBytes_CountsEveryRowOnce() =>
        Properties.Check(
            Properties.AnyBytes(500),
            bytes =>
            {
                PartScan scan = Scan(bytes, SomeDeclared);
                Assert.Equal(scan.RejectedRows, scan.Faults.Sum(tally => tally.Count));
                foreach (ColumnScan column in scan.Columns)
                    Assert.Equal(scan.KeptRows, column.Missing.Count + column.NonFinite.Count + column.Present(scan.KeptRows));
                Assert.Equal(scan.ToCanonicalJson(), PartScan.Parse(scan.ToCanonicalJson()).ToCanonicalJson());
            },
            500);

    [Fact]
    public void Merge_RowNumbers_AreThoseOfTheWhole()
    {
        PartScan first = Scan("1,2,3\n1,2\n"u8.ToArray(), null);
        PartScan second = Scan("1,2,3\n1,2,3,4\n1\n"u8.ToArray(), null);
        PartScan merged = PartScan.Merge([first, second]);
        Assert.Equal((5L, 3L, 2L), (merged.RowCount, merged.RejectedRows, merged.KeptRows));
        Assert.Equal([2L, 4, 5], merged.Faults[(int)RowFault.Ragged].Rows);
        Assert.Equal(2, first.RowCount);
    }

    [Fact]
    public void Merge_Nothing_IsAnEmptyScan()
    {
        PartScan scan = PartScan.Merge([]);
        Assert.Equal(0, scan.RowCount);
        Assert.Empty(scan.ColumnNames);
    }

    [Fact]
    public void Merge_OtherTypes_Throws()
    {
        Assert.Throws<ArgumentException>(() => PartScan.Merge([Scans.Of("a,b\n1,2\n"), Scans.Of("a,b\n1,2\n", new ColumnSchema { Name = "a", Type = ColumnType.Number })]));
    }

    [Fact]
    public void Merge_OtherColumns_AreMissingInTheRowsOfFilesWithoutThem()
    {
        PartScan merged = PartScan.Merge([Scans.Of("a,b\n1,2\n,3\n"), Scans.Of("c,a\nx,1\n"), Scans.Of("b\n5\n6\n7\n")]);

        Assert.Equal(["a", "b", "c"], merged.ColumnNames);
        DataProfile profile = DataProfile.From(merged, Scans.Infer(merged));
        Assert.Equal([(2L, 4L), (5, 1), (1, 5)], profile.Columns.Select(column => (column.Count, column.Missing)));
        Assert.Equal([2L], merged.Columns[0].Missing.Rows);
        Assert.Equal(3, merged.Columns[0].Absent);
    }

    [Fact]
    public void Merge_OtherColumns_AnyGroupingGivesTheSameBytes() =>
        Properties.Check(
            from headers in Gen.ArrayOf(5, Gen.SubListOf("a", "b", "c", "d").Where(names => names.Count > 0)).Select(names => names.ToArray())
            from rows in Gen.ArrayOf(headers.Length, Gen.Choose(0, 3))
            from cut in Gen.Choose(0, headers.Length)
            from second in Gen.Choose(cut, headers.Length)
            select (Files: headers.Zip(rows, (names, count) => Scans.Table(string.Join(',', names), count, row => string.Join(',', names.Select((name, i) => (i + row) % 3 == 0 ? "\"\"" : $"{name}{row}")))).ToArray(), Cut: cut, Second: second),
            sample =>
            {
                PartScan[] scans = [.. sample.Files.Select(file => Scans.Of(file))];
                PartScan grouped = PartScan.Merge([PartScan.Merge(scans[..sample.Cut]), PartScan.Merge([PartScan.Merge(scans[sample.Cut..sample.Second]), PartScan.Merge(scans[sample.Second..])])]);
                Assert.Equal(PartScan.Merge(scans).ToCanonicalJson(), grouped.ToCanonicalJson());
                Assert.Equal(grouped.ToCanonicalJson(), PartScan.Parse(grouped.ToCanonicalJson()).ToCanonicalJson());
            },
            200);

    [Fact]
    public void ToCanonicalJson_ManyRows_StaysBounded()
    {
        PartScan scan = Scans.Of(Scans.Table("id,text", 50_000, i => $"{i * 31},{i} {new string('x', 300)}"));
        Assert.InRange(scan.ToCanonicalJson().Length, 1000, 1 << 20);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"rows":1,"rejectedRows":2,"faults":[],"columns":[]}""")]
    public void Parse_SomethingElse_Throws(string json) => Assert.Throws<JsonException>(() => PartScan.Parse(Encoding.UTF8.GetBytes(json)));

    private static PartScan Scan(byte[] part, DataSchema? declared) =>
        PartScan.Scan(new MemoryStream(part), ThreeColumns, hasHeader: false, declared, CancellationToken.None);
}
