using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MlServerless.Worker.Logging;

namespace MlServerless.Worker.Tests.Hosting;

public sealed class JsonLineTests
{
    [Fact]
    public void Log_ScopesDataAndException_AreMembersOfOneLine()
    {
        using var output = new MemoryStream();
        using (var factory = LoggerFactory.Create(b => b.AddProvider(new JsonLinesLoggerProvider(output, TimeProvider.System)).Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.None)))
        {
            var logger = factory.CreateLogger("Test");
            using var outer = logger.BeginScope(new Dictionary<string, object?> { ["runId"] = "t-1", ["stage"] = "check" });
            using var inner = logger.BeginScope(new Dictionary<string, object?> { ["stage"] = "train" });
            logger.LogWarning(new EventId(1, "CandidateTrained"), new InvalidOperationException("two\nlines"), "Trained {Candidate} in {Rounds} rounds, {Score}", "trees", 100, double.NaN);
        }

        var text = Encoding.UTF8.GetString(output.ToArray());
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
        var line = JsonDocument.Parse(text).RootElement;
        Assert.Equal("Warning", line.GetProperty("level").GetString());
        Assert.Equal("Test", line.GetProperty("category").GetString());
        Assert.Equal("CandidateTrained", line.GetProperty("event").GetString());
        Assert.Equal("Trained trees in 100 rounds, NaN", line.GetProperty("message").GetString());
        Assert.Equal("""{"Candidate":"trees","Rounds":100,"Score":"NaN"}""", line.GetProperty("data").GetRawText());
        Assert.Equal("""{"runId":"t-1","stage":"train"}""", line.GetProperty("scope").GetRawText());
        Assert.Contains("two\nlines", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Log_WhenNobodyReadsStdout_DoesNotFailTheCall()
    {
        var output = new MemoryStream();
        output.Dispose();
        using var factory = LoggerFactory.Create(b => b.AddProvider(new JsonLinesLoggerProvider(output, TimeProvider.System)));
        factory.CreateLogger("Test").LogError("lost");
    }
}
