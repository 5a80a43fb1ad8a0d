using System.Text;

namespace MlServerless.Data.Tests.Uploads;

public class MediaTypesTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A00", "x", "image/png")]
    [InlineData("FFD8FFE0", "x.png", "image/jpeg")]
    [InlineData("FFFB9064", "x", "audio/mpeg")]
    [InlineData("4944330400", "x", "audio/mpeg")]
    [InlineData("524946460000000057454250", "x", "image/webp")]
    [InlineData("524946460000000057415645", "x", "audio/wav")]
    [InlineData("00000020667479706D703432", "x", "video/mp4")]
    [InlineData("0000002066747970717420200000", "x", "video/quicktime")]
    [InlineData("504B0304", "x", "application/zip")]
    [InlineData("504B0304", "book.XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    [InlineData("504B0304", "x.png", "application/zip")]
    [InlineData("1A45DFA3", "x.webm", "video/webm")]
    [InlineData("1F8B08", "x.csv.gz", "application/gzip")]
    [InlineData("255044462D312E", "x", "application/pdf")]
    [InlineData("", "a/b.c/sound.FLAC", "audio/flac")]
    [InlineData("00", "x", MediaTypes.Unknown)]
    [InlineData("", "", MediaTypes.Unknown)]
    public void Of_BytesThenName(string hex, string name, string expected) => Assert.Equal(expected, MediaTypes.Of(Convert.FromHexString(hex), name));

    [Theory]
    [InlineData("ID3,name\n1,2\n")]
    [InlineData("RIFF,WAVE,label\n")]
    [InlineData("{\"PNG\":1}")]
    [InlineData("BM,x\n")]
    public void OfSignature_Text_IsNone(string text) => Assert.Null(MediaTypes.OfSignature(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void OfSignature_AnyBytes_NeverFails() =>
        Properties.Check(Properties.AnyBytes(300), bytes => MediaTypes.OfSignature(bytes), 500);

    [Fact]
    public void Detect_AnImage_IsNoCsv()
    {
        CsvFormat.Detect([0x89, .. "PNG\r\n\u001A\n,,,"u8], out IReadOnlyList<Finding> findings);
        Finding finding = Assert.Single(findings);
        Assert.Equal((FindingCodes.NotText, "image/png"), (finding.Code, finding.Observed));
    }
}
