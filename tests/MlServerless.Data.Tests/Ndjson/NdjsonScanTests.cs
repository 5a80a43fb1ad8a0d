using System.Text;
using System.Text.Json;
using FsCheck;
using MlServerless.Data.Tests.Csv;

namespace MlServerless.Data.Tests.Ndjson;

public class NdjsonScanTests
{
    private static readonly DataSchema SomeDeclared = new()
    {
        Columns =
        [
            new ColumnSchema { Name = "b", Type = ColumnType.Number, Min = 0, Max = 2 },
            new ColumnSchema { Name = "c", Type = ColumnType.Category, Values = ["x", "bc"] },
        ],
    };

    [Fact]
    public void Merge_AnyPartsInAnyGrouping_GivesTheSameBytes() =>
        Properties.Check(
            from bytes in Properties.NdjsonBytes(40)
            from partBytes in Gen.Choose(1, 80)
            from declared in Gen.Elements(true, false)
            from together in Gen.Choose(1, 4)
            select (Bytes: bytes, PartBytes: partBytes, Declared: declared, Group: together),
            sample =>
            {
                byte[] bytes = [.. "{"u8, .. sample.Bytes];
                DataSchema? declared = sample.Declared ? SomeDeclared : null;
                byte[] expected = Scan(bytes, declared).ToCanonicalJson();
                PartScan[] parts = [.. PartCutterTests.Cut(bytes, sample.PartBytes, 100).Select((part, i) => Scan(part, declared, isFirst: i == 0))];
                Assert.Equal(expected, PartScan.Merge(parts).ToCanonicalJson());
                PartScan[] groups = [.. parts.Chunk(sample.Group).Select(chunk => PartScan.Merge(chunk))];
                Assert.Equal(expected, PartScan.Merge(groups).ToCanonicalJson());
                PartScan[] read = [.. parts.Select(part => PartScan.Parse(part.ToCanonicalJson()))];
                Assert.Equal(expected, PartScan.Merge(read).ToCanonicalJson());
            },
            1000);

    [Fact]
    public void Merge_TooManyColumnsTogether_IsTheSameInAnyGrouping()
    {
        PartScan[] parts = [.. Enumerable.Range(0, 3).Select(part => Scan(Encoding.UTF8.GetBytes("{" + string.Join(",", Enumerable.Range(part * 4000, 4000).Select(i => $"\"c{i}\":1")) + "}"), null))];
        byte[] all = PartScan.Merge(parts).ToCanonicalJson();
        Assert.True(PartScan.Merge(parts).HasTooManyColumns);
        Assert.False(PartScan.Merge(parts[..2]).HasTooManyColumns);
        Assert.Equal(all, PartScan.Merge([PartScan.Merge(parts[..2]), parts[2]]).ToCanonicalJson());
        Assert.Equal(all, PartScan.Merge([parts[0], PartScan.Parse(PartScan.Merge(parts[1..]).ToCanonicalJson())]).ToCanonicalJson());
        CheckReport report = DataChecks.Check(PartScan.Merge(parts), new DataSchema { Columns = [] }, new CheckContext { Label = "c1" });
        Assert.Equal(FindingCodes.TooManyColumns, Assert.Single(report.Findings).Code);
    }

    [Fact]
    public void Cut_TextThatMattersAtEveryBorder_LosesNothing()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"a\":\"\\\"q\\\"\",\"é\":\"日本\"}\r\n{\"a\":\"}\\n{\",\"b\":[1,\"]\"]}\n\n{\"a\":\"😀\\ud83d\\ude00\"}");
        byte[] expected = Scan(bytes, null).ToCanonicalJson();
        for (int partBytes = 1; partBytes <= bytes.Length; partBytes++)
        {
            List<byte[]> parts = PartCutterTests.Cut(bytes, partBytes, 3);
            Assert.Equal(bytes, parts.SelectMany(part => part));
            Assert.All(parts.SkipLast(1), part => Assert.Equal((byte)'\n', part[^1]));
            Assert.Equal(expected, PartScan.Merge([.. parts.Select((part, i) => Scan(part, null, i == 0))]).ToCanonicalJson());
        }
    }

    [Fact]
    public void Scan_MissingInEveryWay_IsCounted()
    {
        PartScan scan = Scan("{\"a\":1}\n{\"a\":null,\"b\":\"\"}\n{\"a\":2,\"b\":\"x\"}\n{\"b\":1,\"b\":2}\n"u8.ToArray(), null);
        Assert.Equal((4, 1), (scan.RowCount, scan.RejectedRows));
        Assert.Equal([2L], scan.Columns[0].Missing.Rows);
        Assert.Equal((1, 2), (scan.Columns[1].Absent, scan.Columns[1].MissingValues));
        Assert.Equal([4L], scan.Faults[(int)RowFault.MalformedJson].Rows);
    }

    [Fact]
    public void Scan_SameRowsAsCsv_FindsTheSame() =>
        Properties.Check(
            Gen.ListOf(from cells in Gen.ArrayOf(3, Properties.CellText) select cells),
            rows =>
            {
                byte[] csv = Writers.Csv(["a", "b", "c"], rows);
                byte[] json = Writers.Ndjson(["a", "b", "c"], rows);
                PartScan fromCsv = PartScan.Scan(new MemoryStream(csv), CsvFormat.Detect(csv, ',', out _), hasHeader: true, null, CancellationToken.None);
                if (!rows.IsEmpty)
                    Assert.Equal(fromCsv.ToCanonicalJson(), Scan(json, null).ToCanonicalJson());
            },
            500);

    [Fact]
    public void Read_WhatWasWritten_ComesBack() =>
        Properties.Check(
            Gen.ListOf(from cells in Gen.ArrayOf(3, Properties.CellText) select cells),
            rows =>
            {
                byte[] csv = Writers.Csv(["a", "b", "c"], rows);
                Assert.Equal(rows, Read(csv, CsvFormat.Detect(csv, ',', out _)));
                Assert.Equal(rows, Read(Writers.Ndjson(["a", "b", "c"], rows), new NdjsonFormat { Columns = ["a", "b", "c"] }));
            },
            500);

    [Theory]
    [InlineData("{\"a\":1}", true)]
    [InlineData("\uFEFF \r\n\t{", true)]
    [InlineData("a,b\n{", false)]
    [InlineData("[{\"a\":1}]", false)]
    [InlineData("", false)]
    public void Recognize_ByTheFirstByte(string head, bool isNdjson) =>
        Assert.Equal(isNdjson, DataFormat.Recognize(Encoding.UTF8.GetBytes(head), null, out _) is NdjsonFormat);

    private static List<string[]> Read(byte[] bytes, DataFormat format)
    {
        var reader = new TypedRowReader(new MemoryStream(bytes), format, isFirst: true, null);
        var rows = new List<string[]>();
        while (reader.Read(CancellationToken.None))
        {
            for (int row = 0; row < reader.Rows; row++)
            {
                Assert.True(reader.IsKept(row));
                rows.Add([.. Enumerable.Range(0, format.Columns.Count).Select(column => Encoding.UTF8.GetString(reader.Text(row, column)))]);
            }
        }

        return rows;
    }

    private static PartScan Scan(byte[] json, DataSchema? declared, bool isFirst = true) =>
        PartScan.Scan(new MemoryStream(json), NdjsonFormat.Discover, isFirst, declared, CancellationToken.None);
}
