using System.Text;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Batch jobs, also through kill -9: what comes out is what comes out of a job that nobody disturbed.</summary>
public sealed class BatchJobTests(BatchJobTests.Fixture app, ITestOutputHelper output) : AppTest(app, output), IClassFixture<BatchJobTests.Fixture>
{
    private const int Rows = 20_000;
    private const string Model = "batched";

    public sealed class Fixture() : DevHostFixture(new DevHostOptions
    {
        Name = "batch",
        AppIsKilled = true,
        Settings = new Dictionary<string, string> { ["MlServerless__PartBytes"] = "100000", ["MlServerless__StepDeadline"] = "00:00:05" },
    });

    [Fact]
    public async Task Job_KilledInTheMiddle_LeavesTheOutputOfACalmOne()
    {
        SampleDataSet sample = SampleData.Churn;
        await App.PutPipelineAsync(Model, Specs.Trees(sample, rounds: 20));
        SampleFile file = sample.Month(0);
        Upload upload = await Account.UploadAsync(Model, file.Name, file.Take(3_000).ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);

        // Two rows in a hundred are wrong.
        string[] lines = Encoding.UTF8.GetString(sample.Month(1).Take(Rows).ToBytes()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 50; i < lines.Length; i += 50)
            lines[i] = "cut short," + i;
        await Account.PutBatchAsync($"{Model}/rows.csv", Encoding.UTF8.GetBytes(string.Join('\n', lines)));

        JsonObject calm = await App.WaitForBatchAsync(await StartAsync("calm"));
        Assert.Equal(("completed", Rows, Rows / 50), (calm.Text("status"), calm.Integer("rows"), calm.Integer("refused")));
        Assert.True(calm.Integer("parts") > 20);

        string id = await StartAsync("killed");
        for (int kill = 1; kill <= 2; kill++)
        {
            long done = calm.Integer("parts") * kill / 4;
            await WaitForPartsAsync(id, done);
            Host.KillApp();
        }

        JsonObject killed = await SweepUntilEndedAsync(id);
        Assert.Equal("completed", killed.Text("status"));
        string[] expected = WithoutIds(await OutputAsync(calm));
        Assert.Equal(Rows + 1, expected.Length);
        Assert.Equal(expected, WithoutIds(await OutputAsync(killed)));
        Assert.StartsWith("50,,,,has 2 fields", expected[50], StringComparison.Ordinal);
        Assert.Equal([id, calm.Text("id")], (await App.GetAsync($"api/models/{Model}/batches")).Expect(200).Objects("batches").Select(batch => batch.Text("id")));
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    /// <summary>A kill during a call of the orchestrator ends the orchestration, as in the real host; then the sweep resumes the job.</summary>
    private async Task<JsonObject> SweepUntilEndedAsync(string id)
    {
        for (DateTime limit = DateTime.UtcNow.AddMinutes(2); DateTime.UtcNow < limit; await Task.Delay(500))
        {
            ApiAnswer answer = await App.GetAsync($"api/batches/{id}");
            if (answer.Status == 200 && answer.Json.Text("status") is not ("queued" or "running"))
                return answer.Json;
            await App.FireAsync("SweepRuns");
        }

        throw new TimeoutException($"Batch {id} did not end.");
    }

    private async Task<string> StartAsync(string key)
    {
        ApiAnswer answer = await App.SendAsync(HttpMethod.Post, $"api/models/{Model}/batch", Encoding.UTF8.GetBytes($"{{\"blob\":\"{Model}/rows.csv\"}}"), null, ("Idempotency-Key", key));
        Assert.Equal($"/api/batches/{answer.Expect(202).Text("id")}", answer.Headers.Location!.ToString());
        return answer.Json.Text("id");
    }

    private async Task WaitForPartsAsync(string id, long parts)
    {
        for (DateTime limit = DateTime.UtcNow.AddMinutes(2); DateTime.UtcNow < limit; await Task.Delay(10))
        {
            ApiAnswer answer = await App.GetAsync($"api/batches/{id}");
            if (answer.Status == 200 && (answer.Json.Text("status") == "completed" || answer.Json.Find("partsDone")?.GetValue<long>() >= parts))
                return;
        }

        throw new TimeoutException($"Batch {id} did not come to {parts} parts.");
    }

    private async Task<string> OutputAsync(JsonObject job)
    {
        ApiAnswer answer = await App.GetAsync($"api/batches/{job.Text("id")}/output");
        return answer.Status == 200 ? answer.Text : throw new InvalidOperationException(answer.Text);
    }

    /// <summary>Every job gives its predictions ids of their own.</summary>
    private static string[] WithoutIds(string csv) =>
        [.. csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',', 3) is [var row, _, var rest] ? $"{row},,{rest}" : line)];
}
