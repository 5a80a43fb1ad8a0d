using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Profiles;

public class RowSampleTests
{
    private static readonly SplitRule Split = new() { Salt = "s", Validation = 0.3, HoldOut = 0.3, Key = ["a"] };

    [Fact]
    public void Merge_AnyPartsInAnyGrouping_GivesTheSameBytes() =>
        Properties.Check(
            from rows in Gen.Choose(0, 40)
            from values in Gen.ArrayOf(rows, Gen.Choose(0, 6))
            from keyed in Gen.Elements(true, false)
            from cut in Gen.Choose(1, 30)
            from together in Gen.Choose(1, 4)
            select (Csv: Scans.Table("a,b,c", rows, i => $"{i % 5},{(values[i] == 3 ? "" : values[i])},{values[i] % 2}"), Keyed: keyed, Cut: cut, Group: together),
            sample => CheckMerge(Encoding.UTF8.GetBytes(sample.Csv), sample.Keyed ? Split : null, sample.Cut, sample.Group));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Merge_MoreRowsThanAreHeld_GivesTheSameBytes(bool keyed) =>
        CheckMerge(Encoding.UTF8.GetBytes(Scans.Table("a,b", 12_000, i => $"{i % 9000},{i * 7 % 5000}-{i % 3}")), keyed ? Split : null, 20_000, 2);

    [Fact]
    public void Distinct_Rows_AreCounted()
    {
        Assert.Equal(3, Scan("a,b\n1,2\n1,2\n2,1\n,\n").Sample!.WholeRows.Distinct());
        long many = Scan(Scans.Table("a,b", 30_000, i => $"{i % 10_000},x")).Sample!.WholeRows.Distinct();
        Assert.InRange(many, 9_500, 10_500);
    }

    [Fact]
    public void Rows_OfFilesWithOtherOrderOfColumns_AreTheSame()
    {
        PartScan merged = PartScan.Merge([Scan("a,b\n1,2\n"), Scan("b,a\n2,1\n"), Scan("b,c,a\n2,,1\n")]);
        SampledRow row = Assert.Single(merged.Sample!.Contents.ToList());
        Assert.Equal((3L, 1L, 2L), (row.Count, row.First, row.Second));
        Assert.Equal(2, Scan("a,b\n1,2\n2,1\n").Sample!.Contents.Distinct());
    }

    [Fact]
    public void Cells_LongOrWide_StayBounded()
    {
        SampledRow row = Assert.Single(Scan($"a,b\n{new string('é', 500)},1\n").Sample!.Contents.ToList());
        Assert.InRange(row.Cells.ToList()[0].Value.Length, 20, 64);
        string wide = string.Join(",", Enumerable.Range(0, 400).Select(i => $"column{i}")) + "\n" + string.Join(",", Enumerable.Range(0, 400).Select(i => new string('x', 50))) + "\n";
        Assert.Empty(Assert.Single(Scan(wide).Sample!.Contents.ToList()).Cells.ToList());
    }

    private static void CheckMerge(byte[] csv, SplitRule? split, int partBytes, int group)
    {
        CsvFormat format = CsvFormat.Detect(csv, out _);
        PartScan Of(byte[] part, int i) => PartScan.Scan(new MemoryStream(part), format, i == 0, null, [], split, CancellationToken.None);
        byte[] whole = Of(csv, 0).ToCanonicalJson();
        PartScan[] parts = [.. Csv.PartCutterTests.Cut(csv, partBytes, 1000).Select(Of)];
        Assert.Equal(whole, PartScan.Merge(parts).ToCanonicalJson());
        Assert.Equal(whole, PartScan.Merge([.. parts.Chunk(group).Select(chunk => PartScan.Parse(PartScan.Merge(chunk).ToCanonicalJson()))]).ToCanonicalJson());
    }

    private static PartScan Scan(string csv) => Scans.Of(csv);
}
