using System.Diagnostics;
using MlServerless.Functions.Activities;
using MlServerless.Functions.Telemetry;
using MlServerless.Pipelines.Runs;
using MlServerless.Worker;

namespace MlServerless.Functions.Tests.Telemetry;

public sealed class RunTraceTests
{
    private const string Digits = "0123456789abcdef0123456789abcdef";
    private static readonly RunRef Run = new("churn", "t-" + Digits, 2);

    [Fact]
    public void ParentOf_WhateverBelongsToARun_IsTheRunsTrace()
    {
        object[] triggers =
        [
            Run, new PartInput(Run, 0), new CheckInput(Run, []), new CandidateInput(Run, 0, "a"), new EvaluateInput(Run, []), new FailInput(Run, new RunError("a", "b", null)),
            Run.RunId, Run.InstanceId, new QueueMessage(new Command(Command.Start, Run).ToJson(), "1", 1),
        ];
        Assert.All(triggers, trigger =>
        {
            Assert.True(ActivityContext.TryParse(RunTrace.ParentOf(trigger), null, out ActivityContext context), trigger.ToString());
            Assert.Equal(Digits, context.TraceId.ToHexString());
        });
    }

    [Fact]
    public void ParentOf_EventOfAnUpload_IsTheTraceOfTheRunThatItStarts()
    {
        const string message = """{"subject":"/blobServices/default/containers/incoming/blobs/churn/x.csv","eventType":"Microsoft.Storage.BlobCreated","data":{"eTag":"\"0x8D4\"","url":"https://a.blob.core.windows.net/incoming/churn/x.csv"}}""";
        string run = RunId.ForUpload("churn", new Uri("https://a.blob.core.windows.net/incoming/churn/x.csv"), "0x8D4");
        Assert.Equal(RunTrace.OfRun(run), RunTrace.ParentOf(new QueueMessage(message, "1", 1)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("{\"kind\":\"start\"}")]
    [InlineData("[]")]
    public void ParentOf_MessageOfNoRun_IsNone(string text) => Assert.Null(RunTrace.ParentOf(new QueueMessage(text, "1", 1)));
}
