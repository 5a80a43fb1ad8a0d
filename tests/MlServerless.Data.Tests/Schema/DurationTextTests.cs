using System.Globalization;

namespace MlServerless.Data.Tests.Schema;

public class DurationTextTests
{
    [Theory]
    [InlineData("00:20:00", 1200)]
    [InlineData("1:00:00", 3600)]
    [InlineData("1.00:00:00", 86_400)]
    [InlineData("7.6:00:01", 626_401)]
    [InlineData("365.00:00:00", 31_536_000)]
    [InlineData("00:00:00", 0)]
    [InlineData("00:00:00.25", 0.25)]
    public void TryParse_HoursMinutesSeconds(string text, double seconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan duration));
        Assert.Equal(seconds, duration.TotalSeconds);
        Assert.True(DurationText.TryParse(duration.ToString("c", CultureInfo.InvariantCulture), out TimeSpan again));
        Assert.Equal(duration, again);
    }

    [Theory]
    [InlineData("20")]
    [InlineData("00:10")]
    [InlineData("1.12")]
    [InlineData("24:00:00")]
    [InlineData("-00:20:00")]
    [InlineData("00:20:00 ")]
    [InlineData("20 minutes")]
    [InlineData("")]
    public void TryParse_AnythingElse_IsNone(string text) => Assert.False(DurationText.TryParse(text, out _));
}
