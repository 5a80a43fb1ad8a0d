using System.Text;

namespace MlServerless.Data.Tests.Checks;

public class DataChecksTests
{
    private static readonly CheckContext Churn = new() { Classification = true, Label = "y", MinimumRows = 10 };

    [Fact]
    public void Check_GoodFile_FindsNothing()
    {
        CheckReport report = Check(Good(), Churn);
        Assert.Empty(report.Findings);
        Assert.False(report.Blocking);
        Assert.Equal((200L, 0L), (report.Rows, report.RejectedRows));
    }

    [Fact]
    public void Check_EmptyFileOrHeaderOnly_Blocks()
    {
        Assert.Equal([FindingCodes.EmptyFile], Codes(CheckBytes([], Churn)));
        Assert.Contains(FindingCodes.HeaderOnly, Codes(Check("x,y\n", Churn)));
        Assert.True(Check("x,y\n", Churn).Blocking);
    }

    [Theory]
    [InlineData("1,2,a", FindingCodes.RaggedRow)]
    [InlineData("1", FindingCodes.RaggedRow)]
    [InlineData("\"1\"2,a", FindingCodes.MalformedQuote)]
    [InlineData("1\0,a", FindingCodes.NulByte)]
    public void Check_FewWrongRows_WarnsManyBlock(string row, string code)
    {
        Finding few = Single(Check(Good() + row + "\n", Churn), code);
        Assert.Equal((Severity.Warning, 1L), (few.Severity, few.Count));
        Assert.Equal([201L], few.ExampleRows);
        CheckReport many = Check(Good() + string.Concat(Enumerable.Repeat(row + "\n", 7)), Churn);
        Finding finding = Single(many, code);
        Assert.Equal((Severity.Blocking, 7L, 5), (finding.Severity, finding.Count, finding.ExampleRows.Count));
        Assert.Equal((207L, 7L), (many.Rows, many.RejectedRows));
    }

    [Fact]
    public void Check_NotUtf8_IsReported()
    {
        Finding finding = Single(CheckBytes([.. Encoding.UTF8.GetBytes(Good()), 0xE9, .. ",a\n"u8], Churn), FindingCodes.NotUtf8);
        Assert.Equal([201L], finding.ExampleRows);
    }

    [Fact]
    public void Check_UnterminatedQuote_BlocksThoughItIsOneRow()
    {
        Finding finding = Single(Check(Good() + "\"1,a\n2,b\n", Churn), FindingCodes.UnterminatedQuote);
        Assert.Equal((Severity.Blocking, 201L), (finding.Severity, finding.ExampleRows[0]));
    }

    [Fact]
    public void Check_RowTooLong_IsReported() =>
        Assert.Contains(FindingCodes.RowTooLong, Codes(Check(Good() + new string('x', RowBatchReader.MaxRowBytes + 10) + ",a\n", Churn)));

    [Fact]
    public void Check_TooFewRows_Blocks()
    {
        Assert.Equal(Severity.Blocking, Single(Check(Good(), Churn with { MinimumRows = 201 }), FindingCodes.TooFewRows).Severity);
        Assert.DoesNotContain(FindingCodes.TooFewRows, Codes(Check(Good(), Churn with { MinimumRows = 200 })));
    }

    [Fact]
    public void Check_MissingColumns_AreEachReported()
    {
        CheckContext context = Churn with { Label = "Y ", Key = ["id"], Features = ["x", "w"] };
        ColumnSchema[] declared = [new() { Name = "needed", Type = ColumnType.Number }, new() { Name = "optional", Type = ColumnType.Number, Required = false }];
        CheckReport report = Check(Good(), context, declared);
        Assert.Contains("'y'", Single(report, FindingCodes.MissingLabel).Message, StringComparison.Ordinal);
        Assert.Equal("id", Single(report, FindingCodes.MissingKey).Column);
        Assert.Equal("w", Single(report, FindingCodes.MissingFeature).Column);
        Assert.Equal("needed", Single(report, FindingCodes.MissingColumn).Column);
    }

    [Fact]
    public void Check_Label_MustBeLearnable()
    {
        Assert.Equal(Severity.Blocking, Single(Check(Scans.Table("x,y", 20, i => $"{i},a"), Churn), FindingCodes.SingleClass).Severity);
        Assert.Equal(Severity.Blocking, Single(Check(Scans.Table("x,y", 3000, i => $"{i},c{i}"), Churn), FindingCodes.UnsuitableLabel).Severity);
        Assert.Contains(FindingCodes.UnsuitableLabel, Codes(Check(Scans.Table("x,y", 30, i => $"{i},c{i % 3}"), Churn with { MaximumClasses = 2 })));
        Assert.Contains(FindingCodes.UnsuitableLabel, Codes(Check(Good(), Churn with { PositiveClass = "yes" })));
        Assert.DoesNotContain(FindingCodes.UnsuitableLabel, Codes(Check(Good(), Churn with { PositiveClass = "a", MaximumClasses = 2 })));
    }

    [Fact]
    public void Check_RegressionLabel_MustBeNumbers()
    {
        CheckContext price = new() { Label = "y", MinimumRows = 10 };
        Assert.Equal(Severity.Blocking, Single(Check(Good(), price), FindingCodes.UnsuitableLabel).Severity);
        Assert.Equal(Severity.Blocking, Single(Check(Scans.Table("x,y", 20, i => $"{i * 3 % 7},5"), price), FindingCodes.ConstantColumn).Severity);
        Assert.Empty(Check(Scans.Table("x,y", 20, i => $"{i * 3 % 7},{i * 0.5}"), price).Findings);
    }

    [Fact]
    public void Check_UnlabelledRows_WarnOrBlock()
    {
        Assert.Equal(Severity.Warning, Single(Check(Good() + "5,\n", Churn), FindingCodes.UnlabelledRows).Severity);
        Assert.Equal(Severity.Blocking, Single(Check(Scans.Table("x,y", 50, i => $"{i % 7},{(i < 5 ? "ab"[i % 2] : ' ')}"), Churn), FindingCodes.UnlabelledRows).Severity);
        Assert.Equal(Severity.Blocking, Single(Check(Scans.Table("x,y", 50, i => $"{i % 7},"), Churn), FindingCodes.UnlabelledRows).Severity);
    }

    [Fact]
    public void Check_NoUsableFeatures_Blocks()
    {
        Assert.Contains(FindingCodes.NoUsableFeatures, Codes(Check(Scans.Table("x,y", 50, i => $"7,{"ab"[i % 2]}"), Churn)));
        Assert.Contains(FindingCodes.NoUsableFeatures, Codes(Check(Good(), Churn with { Key = ["x"] })));
        Assert.DoesNotContain(FindingCodes.NoUsableFeatures, Codes(Check(Good(), Churn)));
    }

    [Fact]
    public void Check_ConstantColumn_Warns()
    {
        CheckReport report = Check(Scans.Table("x,z,y", 50, i => $"{i % 7},same,{"ab"[i % 2]}"), Churn);
        Assert.Equal(("z", Severity.Warning), (Single(report, FindingCodes.ConstantColumn).Column, Single(report, FindingCodes.ConstantColumn).Severity));
    }

    [Fact]
    public void Check_Identifiers_Warn()
    {
        CheckReport report = Check(Scans.Table("row,name,x,y", 300, i => $"{i},user-{i},{i * 7919 % 100000},{"ab"[i % 2]}"), Churn);
        Assert.Equal(["row", "name"], report.Findings.Where(finding => finding.Code == FindingCodes.IdentifierLike).Select(finding => finding.Column));
        Assert.DoesNotContain(FindingCodes.IdentifierLike, Codes(Check(Scans.Table("row,x,y", 300, i => $"{i},{i % 9},{"ab"[i % 2]}"), Churn with { Key = ["row"] })));
    }

    [Theory]
    [InlineData(1, Severity.Warning)]
    [InlineData(20, Severity.Blocking)]
    public void Check_ValuesOfAnotherType_KeepTheirRowsOut(int wrong, Severity severity)
    {
        ColumnSchema x = new() { Name = "x", Type = ColumnType.Integer };
        CheckReport report = Check(Good() + string.Concat(Enumerable.Repeat("many,a\n", wrong)), Churn, x);
        Finding finding = Single(report, FindingCodes.UnexpectedType);
        Assert.Equal((severity, "x", "many", wrong), (finding.Severity, finding.Column, finding.Observed, (int)finding.Count));
        Assert.Equal(201, finding.ExampleRows[0]);
        Assert.Equal(wrong, report.RejectedRows);
    }

    [Fact]
    public void Check_MixedTypes_WarnsOnlyWhereNothingIsDeclared()
    {
        string csv = Good() + "oops,a\n";
        Finding finding = Single(Check(csv, Churn), FindingCodes.MixedTypes);
        Assert.Equal(("x", "oops"), (finding.Column, finding.Observed));
        Assert.Equal([201L], finding.ExampleRows);
        Assert.DoesNotContain(FindingCodes.MixedTypes, Codes(Check(csv, Churn, new ColumnSchema { Name = "x", Type = ColumnType.Category })));
        Assert.DoesNotContain(FindingCodes.MixedTypes, Codes(Check(Scans.Table("x,y", 50, i => $"{(i % 2 == 0 ? "1" : "red")},{"ab"[i % 2]}"), Churn)));
    }

    [Theory]
    [InlineData(1, Severity.Warning)]
    [InlineData(20, Severity.Blocking)]
    public void Check_ValuesOutsideTheDomain(int wrong, Severity severity)
    {
        ColumnSchema z = new() { Name = "z", Type = ColumnType.Category, Values = ["p", "q"] };
        string csv = Scans.Table("x,z,y", 200, i => $"{i % 7},{(i < wrong ? "weekly" : "pq"[i % 2])},{"ab"[i % 2]}");
        Finding finding = Single(Check(csv, Churn, z), FindingCodes.UnexpectedValue);
        Assert.Equal((severity, "'p', 'q'", "'weekly'", wrong), (finding.Severity, finding.Expected, finding.Observed, (int)finding.Count));
        Assert.DoesNotContain(FindingCodes.UnexpectedValue, Codes(Check(csv, Churn, z with { Values = ["p", "q", "weekly"] })));
    }

    [Fact]
    public void Check_LabelOutsideItsDomain_BlocksAtOnce()
    {
        ColumnSchema y = new() { Name = "y", Type = ColumnType.Category, Values = ["a", "b"] };
        Assert.Equal(Severity.Blocking, Single(Check(Good() + "1,c\n", Churn, y), FindingCodes.UnexpectedValue).Severity);
    }

    [Theory]
    [InlineData(1, Severity.Warning)]
    [InlineData(20, Severity.Blocking)]
    public void Check_ValuesOutOfRange(int wrong, Severity severity)
    {
        ColumnSchema x = new() { Name = "x", Type = ColumnType.Number, Min = 0, Max = 150 };
        string csv = Scans.Table("x,y", 200, i => $"{(i < wrong ? -1 : i % 90)},{"ab"[i % 2]}");
        Finding finding = Single(Check(csv, Churn, x), FindingCodes.OutOfRange);
        Assert.Equal((severity, "0 to 150", "-1 to 89", wrong), (finding.Severity, finding.Expected, finding.Observed, (int)finding.Count));
        Assert.DoesNotContain(FindingCodes.OutOfRange, Codes(Check(csv, Churn, x with { Min = -1 })));
    }

    [Fact]
    public void Check_NonFinite_WarnsAndCountsAsMissing()
    {
        string csv = Good() + "inf,a\n1e999,b\n";
        Finding finding = Single(Check(csv, Churn, new ColumnSchema { Name = "x", Type = ColumnType.Number }), FindingCodes.NonFinite);
        Assert.Equal((Severity.Warning, 2L), (finding.Severity, finding.Count));
        Assert.Contains(FindingCodes.NonFinite, Codes(Check(csv, Churn)));
        Assert.DoesNotContain(FindingCodes.NonFinite, Codes(Check(Good(), Churn)));
    }

    [Fact]
    public void Check_TooManyMissing_Blocks()
    {
        ColumnSchema x = new() { Name = "x", Type = ColumnType.Number, MaxMissingFraction = 0.05 };
        string csv = Scans.Table("x,y", 200, i => $"{(i % 10 == 0 ? "" : i % 7)},{"ab"[i % 2]}");
        Finding finding = Single(Check(csv, Churn, x), FindingCodes.TooManyMissing);
        Assert.Equal((Severity.Blocking, "10 %", 20L), (finding.Severity, finding.Observed, finding.Count));
        Assert.DoesNotContain(FindingCodes.TooManyMissing, Codes(Check(csv, Churn, x with { MaxMissingFraction = 0.1 })));
    }

    [Fact]
    public void Check_AllMissing_Warns()
    {
        Assert.Equal("z", Single(Check(Scans.Table("x,z,y", 50, i => $"{i % 7},,{"ab"[i % 2]}"), Churn), FindingCodes.AllMissing).Column);
        Assert.DoesNotContain(FindingCodes.AllMissing, Codes(Check(Good(), Churn)));
    }

    [Fact]
    public void Check_PreviousVersion_TellsWhatChanged()
    {
        PartScan before = Scans.Of(Scans.Table("x,old,z,y", 1000, i => $"{i % 90},{i % 3},{i % 5},{"ab"[i % 2]}"));
        DataProfile previous = DataProfile.From(before, Scans.Infer(before));
        CheckReport report = Check(Scans.Table("x,new,z,y", 200, i => $"{i % 90},{i % 3},{i % 5 * 0.5},{"ab"[i % 2]}"), Churn with { Previous = new PreviousVersion(previous) });
        Assert.Equal("old", Single(report, FindingCodes.LostColumn).Column);
        Assert.Equal("new", Single(report, FindingCodes.NewColumn).Column);
        Assert.Equal("z", Single(report, FindingCodes.ChangedType).Column);
        Assert.Equal(200, Single(report, FindingCodes.RowCountChanged).Count);
        Assert.All(report.Findings, finding => Assert.Equal(Severity.Warning, finding.Severity));
        Assert.Empty(Check(Good(), Churn with { Previous = new PreviousVersion(Profile(Good())) }).Findings);
    }

    [Fact]
    public void Check_ManyProblems_AreAllReportedBlockingFirst()
    {
        CheckReport report = Check("x,z,y\n1,,a\n2,,a\n3\n4,,a\n", Churn);
        Assert.Superset(
            new HashSet<string> { FindingCodes.RaggedRow, FindingCodes.TooFewRows, FindingCodes.SingleClass, FindingCodes.AllMissing },
            report.Findings.Select(finding => finding.Code).ToHashSet());
        Assert.Equal(report.Findings.OrderByDescending(finding => finding.Severity).Select(finding => finding.Code), Codes(report));
        Assert.All(report.Findings, finding => Assert.EndsWith(".", finding.Message, StringComparison.Ordinal));
        Assert.Equal(report.ToCanonicalJson(), CheckReport.Parse(report.ToCanonicalJson()).ToCanonicalJson());
        Assert.True(CheckReport.Parse(report.ToCanonicalJson()).Blocking);
    }

    [Fact]
    public void With_MoreFindings_KeepsBlockingFirst()
    {
        CsvFormat.Detect("a,a\n1,2\n"u8, out IReadOnlyList<Finding> findings);
        CheckReport report = CheckReport.Of(findings);
        Assert.True(report.Blocking);
        Assert.Equal([FindingCodes.DuplicateColumn], Codes(report));
    }

    private static string Good() => Scans.Table("x,y", 200, i => $"{i % 90},{"ab"[i % 2]}");

    private static CheckReport Check(string csv, CheckContext context, params ColumnSchema[] declared) => CheckBytes(Encoding.UTF8.GetBytes(csv), context, declared);

    private static CheckReport CheckBytes(byte[] csv, CheckContext context, params ColumnSchema[] declared)
    {
        if (context.Classification && declared.All(column => column.Name != context.Label))
            declared = [.. declared, new ColumnSchema { Name = context.Label!, Type = ColumnType.Category }];
        CsvFormat.Detect(csv, out IReadOnlyList<Finding> findings);
        PartScan scan = Scans.Of(csv, declared);
        return DataChecks.Check(scan, Scans.Infer(scan, declared), context with { FormatFindings = findings });
    }

    private static DataProfile Profile(string csv)
    {
        ColumnSchema label = new() { Name = "y", Type = ColumnType.Category };
        PartScan scan = Scans.Of(csv, label);
        return DataProfile.From(scan, Scans.Infer(scan, label));
    }

    private static Finding Single(CheckReport report, string code) => Assert.Single(report.Findings, finding => finding.Code == code);

    private static IEnumerable<string> Codes(CheckReport report) => report.Findings.Select(finding => finding.Code);
}
