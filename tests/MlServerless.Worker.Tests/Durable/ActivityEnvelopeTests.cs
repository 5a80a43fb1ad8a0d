using System.Text;
using System.Text.Json;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Durable;

public sealed class ActivityEnvelopeTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("1.10")]
    [InlineData("\"aGVsbG8=\"")]
    [InlineData("{\"when\":\"2026-01-02T03:04:05+02:00\",\"big\":12345678901234567890.5}")]
    public void Success_ThroughTheHistory_KeepsEveryLetter(string value)
    {
        var result = JsonSerializer.Serialize(Encoding.UTF8.GetString(ActivityEnvelope.Success(Encoding.UTF8.GetBytes(value))));
        Assert.Equal(new ActivityOutcome(value, null), ActivityEnvelope.Read(result));
    }

    [Fact]
    public void Failure_ThroughTheHistory_KeepsTypeMessageRetriableAndCauses()
    {
        var failure = new TaskFailureDetails("App.Error", "what \"broke\"", new TaskFailureDetails("App.Cause", "why", null, true), false);
        var result = JsonSerializer.Serialize(Encoding.UTF8.GetString(ActivityEnvelope.Failure(failure)));
        Assert.Equal(new ActivityOutcome(null, failure), ActivityEnvelope.Read(result));
    }

    [Theory]
    [InlineData("{\"fromA\":[1,2,3],\"ok\":true}")]
    [InlineData("{\"ok\":true}")]
    [InlineData("{\"ok\":false,\"error\":\"text\"}")]
    [InlineData("\"plain\"")]
    [InlineData("\"{\\\"ok\\\":broken\"")]
    [InlineData("not json")]
    public void Read_ResultsOfOtherWorkers_AreTheValueItself(string result)
        => Assert.Equal(new ActivityOutcome(result, null), ActivityEnvelope.Read(result));

    [Fact]
    public void Read_NoResult_IsNull() => Assert.Equal(new ActivityOutcome("null", null), ActivityEnvelope.Read(null));
}
