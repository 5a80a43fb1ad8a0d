using System.Text;

namespace MlServerless.Data.Tests.Csv;

public class CsvFormatTests
{
    [Theory]
    [InlineData("a,b,c\n1,2,3\n", ',', "a|b|c")]
    [InlineData("a;b;c\n1,5;2;3\n", ';', "a|b|c")]
    [InlineData("a\tb\n1\t2\n", '\t', "a|b")]
    [InlineData("a|b\n1|2\n", '|', "a|b")]
    [InlineData("\uFEFFa,b\n1,2\n", ',', "a|b")]
    [InlineData("\"a,1\",\"b\n2\"\r\n1,2\r\n", ',', "a,1|b\n2")]
    [InlineData(" a , b \n1,2\n", ',', "a|b")]
    [InlineData("name\nx\ny\n", ',', "name")]
    [InlineData("a,b\r1,2\r", ',', "a|b")]
    [InlineData("text;note\n\"a,b,c\";\"d,e\"\n", ';', "text|note")]
    public void Detect_UsualFile_FindsDelimiterAndColumns(string csv, char delimiter, string columns)
    {
        CsvFormat format = CsvFormat.Detect(Encoding.UTF8.GetBytes(csv), out IReadOnlyList<Finding> findings);
        Assert.Empty(findings);
        Assert.Equal(delimiter, format.Delimiter);
        Assert.Equal(columns, string.Join("|", format.Columns));
    }

    [Theory]
    [InlineData("a,b\n1,2\n", 4)]
    [InlineData("\uFEFFa,b\r\n1,2\n", 8)]
    [InlineData("\n\na,b\n1,2\n", 6)]
    [InlineData("a,b", 3)]
    public void Detect_HeaderBytes_EndWhereTheRowsStart(string csv, int expected) =>
        Assert.Equal(expected, CsvFormat.Detect(Encoding.UTF8.GetBytes(csv), out _).HeaderBytes);

    [Theory]
    [InlineData("", FindingCodes.EmptyFile)]
    [InlineData("\uFEFF\n\n", FindingCodes.EmptyFile)]
    [InlineData("a^b^c\n1^2^3\n4^5^6\n", FindingCodes.WrongDelimiter)]
    [InlineData("a b c\n1 2 3\n4 5 6\n", FindingCodes.WrongDelimiter)]
    [InlineData("a,b,a\n1,2,3\n", FindingCodes.DuplicateColumn)]
    [InlineData("a,\"b\n", FindingCodes.UnterminatedQuote)]
    [InlineData("\"a\"x,b\n1,2\n", FindingCodes.MalformedQuote)]
    [InlineData("a\0,b\n1,2\n", FindingCodes.NulByte)]
    [InlineData("PK\u0003\u0004abc", FindingCodes.NotText)]
    [InlineData("[{\"a\": 1}]", FindingCodes.NotText)]
    [InlineData(" [\n  {\"a\": 1}]", FindingCodes.NotText)]
    public void Detect_WrongFile_SaysSo(string csv, string code)
    {
        CsvFormat.Detect(Encoding.UTF8.GetBytes(csv), out IReadOnlyList<Finding> findings);
        Finding finding = Assert.Single(findings);
        Assert.Equal((code, Severity.Blocking), (finding.Code, finding.Severity));
    }

    [Fact]
    public void Detect_GzipAndUtf16AndLatin1_AreTold()
    {
        Assert.Equal(FindingCodes.NotText, CodeOf([0x1F, 0x8B, 8, 0]));
        Assert.Equal(FindingCodes.NotUtf8, CodeOf([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("a,b\n")]));
        Assert.Equal(FindingCodes.NotUtf8, CodeOf(Encoding.Latin1.GetBytes("größe,b\n1,2\n")));
    }

    [Fact]
    public void Detect_HeaderWithoutEnd_IsTold() =>
        Assert.Equal(FindingCodes.HeaderTooLong, CodeOf([.. Enumerable.Repeat((byte)'x', DataFormat.HeadBytes + 5)]));

    [Fact]
    public void Detect_TooManyColumns_IsTold() =>
        Assert.Equal(FindingCodes.TooManyColumns, CodeOf(Encoding.ASCII.GetBytes(string.Join(",", Enumerable.Range(0, 10_001)) + "\n")));

    [Fact]
    public void Detect_EmptyName_IsNamedAndWarned()
    {
        CsvFormat format = CsvFormat.Detect(",a\n0,1\n"u8, out IReadOnlyList<Finding> findings);
        Assert.Equal(["column_1", "a"], format.Columns);
        Assert.Equal((FindingCodes.EmptyColumnName, Severity.Warning), (findings[0].Code, findings[0].Severity));
    }

    [Fact]
    public void Detect_DeclaredDelimiter_IsKept()
    {
        CsvFormat format = CsvFormat.Detect("a;b,c\n1;2,3\n"u8, ';', out IReadOnlyList<Finding> findings);
        Assert.Equal(["a", "b,c"], format.Columns);
        Assert.Empty(findings);
    }

    [Fact]
    public void Detect_DeclaredDelimiterNotTheOneUsed_SaysSo()
    {
        CsvFormat.Detect("a;b\n1;2\n"u8, ',', out IReadOnlyList<Finding> findings);
        Assert.Equal(FindingCodes.WrongDelimiter, Assert.Single(findings).Code);
        CsvFormat.Detect("a;b\n1;2\n"u8, ';', out findings);
        Assert.Empty(findings);
    }

    [Theory]
    [InlineData('"')]
    [InlineData('x')]
    [InlineData('\n')]
    [InlineData('é')]
    public void Detect_ImpossibleDelimiter_Throws(char delimiter) =>
        Assert.Throws<ArgumentException>(() => CsvFormat.Detect("a,b\n"u8, delimiter, out _));

    [Fact]
    public void Detect_AnyBytes_GivesUniqueColumnsOrABlockingFinding() =>
        Properties.Check(
            Properties.AnyBytes(200),
            bytes =>
            {
                CsvFormat format = CsvFormat.Detect(bytes, out IReadOnlyList<Finding> findings);
                Assert.Equal(format.Columns.Count, format.Columns.Distinct().Count());
                Assert.InRange(format.HeaderBytes, 0, bytes.Length);
                if (format.Columns.Count == 0)
                    Assert.Contains(findings, finding => finding.Severity == Severity.Blocking);
            },
            2000);

    private static string CodeOf(byte[] head)
    {
        CsvFormat.Detect(head, out IReadOnlyList<Finding> findings);
        return Assert.Single(findings).Code;
    }
}
