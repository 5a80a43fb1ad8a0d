using System.Reflection;
using System.Text;

namespace MlServerless.Data.Tests.Checks;

/// <summary>For every code of a finding, data that have it and data that do not.</summary>
public class FindingCodeTests
{
    private const int MostDecoded = 100_000;

    private static readonly CheckContext Plain = new() { Classification = true, Label = "y", MinimumRows = 10 };
    private static readonly CheckContext Keyed = Plain with { Key = ["id"] };
    private static readonly CheckContext Compared = Plain with { Shift = new DriftOptions { MinimumRows = 100 } };

    private static readonly Dictionary<string, (Case Triggers, Case Passes)> Cases = new(StringComparer.Ordinal)
    {
        [FindingCodes.CorruptGzip] = (Raw(Gzip(Rows())[..^9]), Raw(Gzip(Rows()))),
        [FindingCodes.DecodedTooLarge] = (Raw(Gzip(new string('x', MostDecoded + 1))), Raw(Gzip(Rows()))),
        [FindingCodes.EmptyFile] = (Raw([]), Good()),
        [FindingCodes.HeaderOnly] = (Of("x,y\n"), Good()),
        [FindingCodes.WrongDelimiter] = (Of(Scans.Table("x:y", 50, i => $"{i}:{"ab"[i % 2]}")), Of(Scans.Table("x;y", 50, i => $"{i};{"ab"[i % 2]}"))),
        [FindingCodes.NotUtf8] = (Raw([.. Encoding.UTF8.GetBytes(Rows()), 0xE9, .. ",a\n"u8]), Of(Rows() + "é,a\n")),
        [FindingCodes.NulByte] = (Of(Rows() + "1\0,a\n"), Good()),
        [FindingCodes.NotText] = (Raw([.. "PK\u0003\u0004"u8, .. new byte[200]]), Good()),
        [FindingCodes.HeaderTooLong] = (Of(new string('x', DataFormat.HeadBytes + 10)), Good()),
        [FindingCodes.TooManyColumns] = (Of(string.Join(',', Enumerable.Range(0, DataFormat.MaxColumns + 1)) + "\n"), Good()),
        [FindingCodes.DuplicateColumn] = (Of("x,x,y\n1,2,a\n"), Good()),
        [FindingCodes.EmptyColumnName] = (Of("x,,y\n1,2,a\n"), Good()),
        [FindingCodes.RaggedRow] = (Of(Rows() + "1,2,3\n"), Of(Rows() + "1,\"2,3\"\n")),
        [FindingCodes.MalformedQuote] = (Of(Rows() + "\"1\"2,a\n"), Of(Rows() + "\"1\"\"2\",a\n")),
        [FindingCodes.UnterminatedQuote] = (Of(Rows() + "\"1,a\n"), Of(Rows() + "\"1\",a\n")),
        [FindingCodes.MalformedJson] = (Of(Json() + "{\"x\":}\n"), Of(Json())),
        [FindingCodes.RowTooLong] = (Of(Rows() + new string('x', RowBatchReader.MaxRowBytes + 10) + ",a\n"), Of(Rows() + new string('x', 1000) + ",a\n")),
        [FindingCodes.TooFewRows] = (Of(Rows(9)), Of(Rows(10))),
        [FindingCodes.MissingColumn] = (Of(Rows(), Number("z")), Of(Rows(), Number("z") with { RequiredIn = ["serving"] })),
        [FindingCodes.MissingLabel] = (Of("x\n1\n"), Good()),
        [FindingCodes.MissingKey] = (Of(Rows(), Keyed), Of(Rows("id", i => $"k{i % 7}"), Keyed)),
        [FindingCodes.MissingFeature] = (Of(Rows(), Plain with { Features = ["w"] }), Of(Rows(), Plain with { Features = ["x"] })),
        [FindingCodes.NoUsableFeatures] = (Of(Scans.Table("x,y", 20, i => $"1,{"ab"[i % 2]}")), Good()),
        [FindingCodes.SingleClass] = (Of(Scans.Table("x,y", 20, i => $"{i},a")), Good()),
        [FindingCodes.UnlabelledRows] = (Of(Rows() + "1,\n"), Good()),
        [FindingCodes.UnsuitableLabel] = (Of(Rows(), Plain with { Classification = false }), Good()),
        [FindingCodes.UnexpectedType] = (Of(Rows() + "abc,a\n", Number("x")), Of(Rows() + ",a\n", Number("x"))),
        [FindingCodes.MixedTypes] = (Of(Rows() + "abc,a\n"), Good()),
        [FindingCodes.UnexpectedValue] = (Of(Rows() + "1,c\n", Category("y", "a", "b")), Of(Rows(), Category("y", "a", "b"))),
        [FindingCodes.OutOfRange] = (Of(Rows() + "-1,a\n", Number("x") with { Min = 0 }), Of(Rows(), Number("x") with { Min = 0 })),
        [FindingCodes.RowRule] = (Of(Rows() + "-1,a\n", Plain, rule: "x >= 0"), Of(Rows() + ",a\n", Plain, rule: "x >= 0")),
        [FindingCodes.TooFewDistinct] = (Of(Rows(), Number("x") with { MinDistinct = 91 }), Of(Rows(), Number("x") with { MinDistinct = 90 })),
        [FindingCodes.TooManyDistinct] = (Of(Rows(), Number("x") with { MaxDistinct = 89 }), Of(Rows(), Number("x") with { MaxDistinct = 90 })),
        [FindingCodes.NonFinite] = (Of(Rows() + "inf,a\n"), Of(Rows() + ",a\n")),
        [FindingCodes.TooManyMissing] = (Of(Rows() + ",a\n", Number("x") with { MaxMissingFraction = 0 }), Of(Rows() + ",a\n", Number("x") with { MaxMissingFraction = 0.1 })),
        [FindingCodes.AllMissing] = (Of(Rows("z", _ => "")), Of(Rows("z", i => i == 0 ? "1" : ""))),
        [FindingCodes.ConstantColumn] = (Of(Rows("z", _ => "7")), Of(Rows("z", i => i == 0 ? "" : "7"))),
        [FindingCodes.IdentifierLike] = (Of(Rows("z", i => $"k{i}")), Of(Rows("z", i => $"k{i % 20}"))),
        [FindingCodes.ForbiddenColumn] = (Of(Rows(), Number("x") with { ForbiddenIn = ["training"] }), Of(Rows(), Number("x") with { ForbiddenIn = ["serving"] })),
        [FindingCodes.DuplicateRows] = (Of(Rows("z", i => $"{i}.5") + string.Concat(Enumerable.Repeat("1,b,7.5\n", 30))), Of(Rows("z", i => $"{i}.5"))),
        [FindingCodes.DuplicatesAcrossSplit] = (Of(Scans.Table("id,x,y", 200, i => $"k{i},{i / 2 * 0.5},{"ab"[i / 2 % 2]}"), Keyed), Of(Scans.Table("id,x,y", 200, i => $"k{i},{i * 0.5},{"ab"[i % 2]}"), Keyed)),
        [FindingCodes.LabelLeak] = (Of(Scans.Table("x,y", 1000, i => $"{(i % 2 * 1000) + (i * 7 % 500)}.5,{"ab"[i % 2]}")), Of(Scans.Table("x,y", 1000, i => $"{(i % 2 * 100) + (i * 7 % 500)}.5,{"ab"[i % 2]}"))),
        [FindingCodes.NewColumn] = (Of(Rows("z", i => $"{i % 5}"), Compared, Rows()), Of(Rows(), Compared, Rows())),
        [FindingCodes.LostColumn] = (Of(Rows(), Compared, Rows("z", i => $"{i % 5}")), Of(Rows(), Compared, Rows())),
        [FindingCodes.ChangedType] = (Of(Rows("z", i => $"{i % 5}.5"), Compared, Rows("z", i => $"{i % 5}")), Of(Rows(), Compared, Rows())),
        [FindingCodes.RowCountChanged] = (Of(Rows(90), Compared), Of(Rows(110), Compared)),
        [FindingCodes.DistributionShift] = (Of(Rows("z", i => $"{i % 50}"), Compared, Rows("z", i => $"{i % 40}")), Of(Rows("z", i => $"{i * 7 % 40}"), Compared, Rows("z", i => $"{i % 40}"))),
        [FindingCodes.NewCategories] = (Of(Rows("z", i => $"k{i % 4}"), Compared, Rows("z", i => $"k{i % 3}")), Of(Rows("z", i => $"k{i % 3}"), Compared, Rows("z", i => $"k{i % 3}"))),
        [FindingCodes.LostCategories] = (Of(Rows("z", i => $"k{i % 3}"), Compared, Rows("z", i => $"k{i % 4}")), Of(Rows("z", i => $"k{i % 3}"), Compared, Rows("z", i => $"k{(i == 1 ? 9 : i % 3)}"))),
    };

    public static TheoryData<string> Codes => [.. Constants()];

    [Fact]
    public void All_Codes_AreListedAndHaveCases()
    {
        Assert.Equal(Constants().Order(StringComparer.Ordinal), FindingCodes.All.Order(StringComparer.Ordinal));
        Assert.Equal(Constants().Order(StringComparer.Ordinal), Cases.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Check_DataOfACode_HaveItAndOthersDoNot(string code)
    {
        (Case triggers, Case passes) = Cases[code];
        Finding finding = triggers.Check(code).Findings.FirstOrDefault(finding => finding.Code == code)
            ?? throw new Xunit.Sdk.XunitException($"'{code}' was not found, but {string.Join(", ", triggers.Check(code).Findings.Select(finding => finding.Code))}.");
        Assert.InRange(finding.Message.Length, 30, 1000);
        Assert.True(finding.Fraction is null or (>= 0 and <= 1));
        Assert.InRange(finding.ExampleRows.Count, 0, 5);
        Assert.DoesNotContain(code, passes.Check(code).Findings.Select(other => other.Code));
        CheckReport report = triggers.Check(code);
        Assert.Equal(report.ToCanonicalJson(), CheckReport.Parse(report.ToCanonicalJson()).ToCanonicalJson());
    }

    [Fact]
    public void Documentation_OfCodes_NamesEach()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MlServerless.sln")))
            folder = Path.GetDirectoryName(folder)!;
        string text = File.ReadAllText(Path.Combine(folder, "docs", "data-checks.md"));
        Assert.All(FindingCodes.All, code => Assert.Contains($"| `{code}` |", text, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Constants() =>
        typeof(FindingCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static string Rows(int count = 200) => Scans.Table("x,y", count, i => $"{i % 90},{"ab"[i % 2]}");

    private static string Rows(string column, Func<int, string> value) => Scans.Table($"x,y,{column}", 200, i => $"{i % 90},{"ab"[i % 2]},{value(i)}");

    private static byte[] Gzip(string text)
    {
        var compressed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return compressed.ToArray();
    }

    private static string Json() => string.Concat(Enumerable.Range(0, 200).Select(i => $"{{\"x\":{i % 90},\"y\":\"{"ab"[i % 2]}\"}}\n"));

    private static ColumnSchema Number(string name) => new() { Name = name, Type = ColumnType.Number };

    private static ColumnSchema Category(string name, params string[] values) => new() { Name = name, Type = ColumnType.Category, Values = values };

    private static Case Good() => Of(Rows());

    private static Case Raw(byte[] file) => new(file, Plain, [], null, null);

    private static Case Of(string csv, params ColumnSchema[] declared) => new(Encoding.UTF8.GetBytes(csv), Plain, declared, null, null);

    private static Case Of(string csv, CheckContext context, string? before = null, string? rule = null) => new(Encoding.UTF8.GetBytes(csv), context, [], before, rule);

    private sealed record Case(byte[] File, CheckContext Context, ColumnSchema[] Declared, string? Before, string? Rule)
    {
        private bool Gzipped => File is [0x1F, 0x8B, ..];

        internal CheckReport Check(string code)
        {
            byte[] file;
            try
            {
                using DecodedUploadStream upload = DecodedUploadStream.OpenAsync(new MemoryStream(File), Gzipped ? MostDecoded : long.MaxValue, CancellationToken.None).GetAwaiter().GetResult();
                var decoded = new MemoryStream();
                upload.CopyTo(decoded);
                file = decoded.ToArray();
            }
            catch (DecodingException exception)
            {
                return CheckReport.Of([exception.Finding]);
            }

            DataFormat format = DataFormat.Recognize(file.AsSpan(0, Math.Min(file.Length, DataFormat.HeadBytes)), null, out IReadOnlyList<Finding> findings);
            if (findings.Any(finding => finding.Severity == Severity.Blocking))
                return CheckReport.Of(findings);
            var declared = new DataSchema { Columns = Declared };
            RowRule[] rules = Rule is null ? [] : [RowRule.Parse("the rule", Rule, declared)];
            var split = new SplitRule { Salt = "1", Validation = 0.2, HoldOut = 0.2, Key = Context.Key };
            PartScan scan = PartScan.Scan(new MemoryStream(file), format, true, declared, rules, split, CancellationToken.None);
            CheckContext context = Context with { FormatFindings = findings, Rules = rules };
            string? before = Before ?? (code == FindingCodes.RowCountChanged ? Rows() : null);
            if (before is not null)
            {
                PartScan earlier = Scans.Of(before);
                DataSchema schema = Scans.Infer(earlier);
                context = context with { Previous = new PreviousVersion(DataProfile.From(earlier, schema), TableSketch.Of(earlier, schema)) };
            }

            return DataChecks.Check(scan, Scans.Infer(scan, Declared), context);
        }
    }
}
