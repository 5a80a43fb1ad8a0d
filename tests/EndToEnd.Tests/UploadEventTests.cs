using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Events that come more than once, never, or for nobody.</summary>
[Collection(UnwatchedAppCollection.Name)]
public sealed class UploadEventTests(UnwatchedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const int Rows = 1_000;

    [Fact]
    public async Task Event_DeliveredThreeTimes_StartsOneRun()
    {
        await App.PutPipelineAsync("repeated", Specs.Quick(SampleData.Churn));
        Upload upload = await UploadAsync("repeated");
        string text = upload.ToEvent("7f5f0b1c-0000-4000-8000-000000000001");
        await Task.WhenAll(Account.SendEventAsync(text), Account.SendEventAsync(text));
        await App.WaitForCompletionAsync(upload.RunId);
        await Account.SendEventAsync(text);
        // The queue is read in order of arrival: once a later upload is through, the third event is too.
        Upload later = await UploadAsync("repeated", month: 1);
        await Account.SendEventAsync(later.ToEvent("7f5f0b1c-0000-4000-8000-000000000002"));
        await App.WaitForCompletionAsync(later.RunId);

        Assert.Equal([later.RunId, upload.RunId], (await App.RunsAsync("repeated")).Select(run => run.Text("id")));
        Assert.Equal(2, (await App.ModelAsync("repeated")).Objects("versions").Count);
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    [Fact]
    public async Task Upload_ForAnUnknownPipeline_IsRejectedOnceHoweverOftenItIsSeen()
    {
        Upload announced = await UploadAsync("a-nobody");
        await Account.SendEventAsync(announced.ToEvent("7f5f0b1c-0000-4000-8000-000000000003"));
        JsonObject rejected = Assert.Single(await WaitForRejectedAsync(1));
        Assert.Equal(announced.Blob, rejected.Text("blob"));
        Assert.Contains("PUT its spec to /api/pipelines/a-nobody", rejected.Text("reason"));
        Upload unannounced = await UploadAsync("a-nobody", month: 1);

        // Behind these in the sweep's order, so that its run tells that they were looked at.
        await SweepTakesALostUploadAsync("b-lost-1");
        IReadOnlyList<JsonObject> both = await WaitForRejectedAsync(2);
        Assert.Equal([announced.Blob, unannounced.Blob], both.Select(upload => upload.Text("blob")).Order());
        await SweepTakesALostUploadAsync("b-lost-2");
        Assert.Equal(both.Select(upload => upload.ToJsonString()), (await WaitForRejectedAsync(2)).Select(upload => upload.ToJsonString()));
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    [Fact]
    public async Task Upload_WhoseEventWasLost_IsFoundByTheSweepAndCompletes()
    {
        Upload upload = await SweepTakesALostUploadAsync("lost-event");
        JsonObject run = await App.WaitForCompletionAsync(upload.RunId);
        Assert.Equal("sweep", run.Text("trigger"));
        Assert.True(run.Flag("promotion.promoted"));
        // An event that comes after all finds the run.
        await Account.SendEventAsync(upload.ToEvent("7f5f0b1c-0000-4000-8000-000000000004"));
        await App.FireAsync("SweepRuns");
        await Leftovers.NoneAsync(Account, upload);
    }

    private async Task<Upload> SweepTakesALostUploadAsync(string pipeline)
    {
        await App.PutPipelineAsync(pipeline, Specs.Quick(SampleData.Churn));
        Upload upload = await UploadAsync(pipeline);
        DateTime limit = DateTime.UtcNow.AddSeconds(60);
        while (await App.FindRunAsync(upload.RunId) is null)
        {
            Assert.True(DateTime.UtcNow < limit, $"No sweep took {upload.Blob}");
            await App.FireAsync("SweepRuns");
            await Task.Delay(500);
        }

        return upload;
    }

    private async Task<IReadOnlyList<JsonObject>> WaitForRejectedAsync(int count)
    {
        IReadOnlyList<JsonObject> rejected = [];
        DateTime limit = DateTime.UtcNow.AddSeconds(60);
        while (rejected.Count < count && DateTime.UtcNow < limit)
        {
            rejected = (await App.GetAsync("api/pipelines")).Expect(200).Objects("rejectedUploads");
            await Task.Delay(100);
        }

        Assert.Equal(count, rejected.Count);
        return rejected;
    }

    private Task<Upload> UploadAsync(string pipeline, int month = 0)
    {
        SampleFile file = SampleData.Churn.Month(month);
        return Account.UploadAsync(pipeline, file.Name, file.Take(Rows).ToBytes());
    }
}
