using System.Globalization;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;

namespace MlServerless.EndToEnd;

public sealed class ThreadTests
{
    [Fact]
    public async Task Train_OnOneAndTwoThreadsInTwoProcesses_GivesTheSameBytes()
    {
        JsonObject[] runs = await Task.WhenAll(RunAsync(1), RunAsync(2));

        string[] hashes = [.. runs[0].Objects("candidates").Select(candidate => candidate.Text("modelHash"))];
        Assert.Equal(2, hashes.Distinct().Count());
        Assert.Equal(hashes, runs[1].Objects("candidates").Select(candidate => candidate.Text("modelHash")));
        Assert.Equal(runs[0].Text("model.hash"), runs[1].Text("model.hash"));
        Assert.Equal(runs[0].Text("holdOut.scoresHash"), runs[1].Text("holdOut.scoresHash"));
    }

    private static async Task<JsonObject> RunAsync(int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        await using DevHostProcess host = await DevHostProcess.StartAsync(new DevHostOptions { Name = $"threads-{count}", Settings = new Dictionary<string, string> { ["MlServerless__Threads"] = count } });
        using var app = new AppClient(host);
        await app.PutPipelineAsync("churn", Specs.Of(SampleData.Churn));
        SampleFile file = SampleData.Churn.Month(0);
        Upload upload = await new Account(host.Address.Storage).UploadAsync("churn", file.Name, file.Take(4_000).ToBytes());
        return await app.WaitForCompletionAsync(upload.RunId);
    }
}
