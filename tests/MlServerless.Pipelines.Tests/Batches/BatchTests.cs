using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Batches;

[Collection(StorageTests.Name)]
public sealed class BatchTests : IAsyncLifetime
{
    private const int Rows = 700;

    private readonly StorageFixture fixture;
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new() { PartBytes = 1024 };
    private readonly string model = TestRuns.NewPipeline();
    private readonly ServingProcess process;
    private readonly BatchLog log;
    private readonly BatchService service;
    private readonly BatchSteps steps;

    public BatchTests(StorageFixture fixture)
    {
        this.fixture = fixture;
        process = new ServingProcess(fixture.Storage, time, options);
        log = new BatchLog(fixture.Storage);
        service = new BatchService(fixture.Storage, log, new ModelRegistry(fixture.Storage, time), options, time, NullLogger<BatchService>.Instance);
        steps = NewSteps();
    }

    public async Task InitializeAsync() => await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(closed: true));

    public Task DisposeAsync() => Task.CompletedTask;

    private BatchSteps NewSteps() => new(
        fixture.Storage, log, process.Models, new PredictionKey(fixture.Storage, time, NullLogger<PredictionKey>.Instance), options, time, NullLogger<BatchSteps>.Instance);

    private BlobClient Blob(string name) => fixture.Blobs.GetBlobContainerClient("batches").GetBlobClient(name);

    private async Task<string> PutAsync(string file, string content)
    {
        await Blob($"{model}/{file}").UploadAsync(BinaryData.FromString(content), overwrite: true);
        return $"{model}/{file}";
    }

    private static string Json(int i) => string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{i * 0.31},\"c\":\"{"abz"[i % 3]}\"}}");

    private static string Csv(int from, int count) =>
        "c,x,note\n" + string.Concat(Enumerable.Range(from, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{"abz"[i % 3]},{i * 0.31},\"line one\nline two\"\n")));

    private async Task<BatchRecord> StartAsync(BatchRequest request)
    {
        BatchRecord batch = await service.RequestAsync(model, request, CancellationToken.None);
        Assert.True(await service.TryTakeAsync(batch.Ref, CancellationToken.None));
        Assert.False(await service.TryTakeAsync(batch.Ref, CancellationToken.None));
        return batch;
    }

    private async Task<BatchRecord> RunAsync(BatchRequest request)
    {
        BatchRecord batch = await StartAsync(request);
        int parts = await steps.PlanAsync(batch.Ref, CancellationToken.None);
        for (int part = parts - 1; part >= 0; part--)
            Assert.True(await steps.ScoreAsync(batch.Ref, part, CancellationToken.None));
        Assert.True(await steps.FinishAsync(batch.Ref, CancellationToken.None));
        return await service.RequireAsync(batch.Id, CancellationToken.None);
    }

    private async Task<string> OutputAsync(BatchRecord batch) => (await Blob(batch.Output).DownloadContentAsync()).Value.Content.ToString();

    private async Task<double[]> ExpectedAsync(int count)
    {
        byte[] body = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, count).Select(Json))}]");
        JsonNode answer = JsonNode.Parse((await process.Predictions.PredictAsync(model, null, body, CancellationToken.None)).Body.Span)!;
        return [.. answer["predictions"]!.AsArray().Select(prediction => prediction!["probability"]!.GetValue<double>())];
    }

    [Fact]
    public async Task Run_Ndjson_GivesEveryRowInItsPlaceWithTheBitsOfACall()
    {
        string input = await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i) + "\n")));
        BatchRecord batch = await RunAsync(new BatchRequest(input));
        Assert.Equal((BatchStatus.Completed, Rows, Rows, 0), (batch.Status, batch.Rows, batch.Predicted, batch.Refused));
        Assert.True(batch.Parts > 10);
        JsonNode[] lines = [.. (await OutputAsync(batch)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(Enumerable.Range(1, Rows), lines.Select(line => line["row"]!.GetValue<int>()));
        Assert.Equal(await ExpectedAsync(Rows), lines.Select(line => line["probability"]!.GetValue<double>()));
        Assert.Equal(Rows, lines.Select(line => line["id"]!.GetValue<string>()).Distinct().Count());
        Assert.Empty(await fixture.Storage.Checkpoints.ListAsync(batch.Id, CancellationToken.None).ToListAsync());

        // The ids are those of predictions, and the rows are in the reports once.
        string feedback = $"[{{\"id\":\"{lines[^1]["id"]}\",\"label\":\"yes\"}}]";
        Assert.Equal(1, await process.Feedback.TakeAsync(model, Encoding.UTF8.GetBytes(feedback), CancellationToken.None));
        DriftReport report = (await process.Drift.ReportRecentAsync(model, CancellationToken.None)).Report;
        Assert.Equal((2 * Rows, 1), (report.CurrentRows, report.Performance!.Labels));
        Assert.Empty(report.Source.OpenProcesses);
    }

    [Fact]
    public async Task Run_CsvWithLineBreaksInFields_GivesCsvWithTheSameBits()
    {
        BatchRecord batch = await RunAsync(new BatchRequest(await PutAsync("rows.csv", Csv(0, Rows))));
        string[] lines = (await OutputAsync(batch)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("row,id,prediction,probability,error", lines[0]);
        Assert.Equal(await ExpectedAsync(Rows), lines.Skip(1).Select(line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)));
        Assert.Equal(Enumerable.Range(1, Rows), lines.Skip(1).Select(line => int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Run_BlankLinesLongerThanAPartBeforeTheHeader_AreNoRows()
    {
        BatchRecord batch = await RunAsync(new BatchRequest(await PutAsync("late.csv", new string('\n', 3000) + Csv(0, 100))));
        Assert.Equal((BatchStatus.Completed, 100, 100, 0), (batch.Status, batch.Rows, batch.Predicted, batch.Refused));
    }

    [Fact]
    public async Task Run_WrongRows_AreInTheOutputWithTheirNumbers()
    {
        string[] rows = [.. Enumerable.Range(0, Rows).Select(i => i % 50 == 7 ? "{\"x\":\"seven\",\"c\":\"a\"}" : i % 50 == 8 ? "{" : Json(i))];
        BatchRecord batch = await RunAsync(new BatchRequest(await PutAsync("wrong.ndjson", string.Join('\n', rows))) { OutputFormat = RowsFormat.Ndjson });
        JsonNode[] lines = [.. (await OutputAsync(batch)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(Rows, lines.Length);
        Assert.All(lines, line => Assert.Equal((line["row"]!.GetValue<int>() - 1) % 50 is 7 or 8, line["errors"] is not null));
        Assert.Equal((Rows, Rows * 2 / 50), (batch.Predicted + batch.Refused, batch.Refused));
        Assert.Contains("a number", lines[7].ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steps_RepeatedAndAtOnce_GiveTheSameBytes()
    {
        string input = await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i) + "\n")));
        BatchRecord batch = await StartAsync(new BatchRequest(input));
        BatchSteps other = NewSteps();
        int[] planned = await Task.WhenAll(steps.PlanAsync(batch.Ref, CancellationToken.None), other.PlanAsync(batch.Ref, CancellationToken.None));
        Assert.Equal(planned[0], planned[1]);

        // Killed in the middle of a part: what it staged is staged again.
        using var killed = new CancellationTokenSource();
        await killed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => steps.ScoreAsync(batch.Ref, 3, killed.Token));
        await Task.WhenAll(Enumerable.Range(0, planned[0]).SelectMany(part => new[] { steps.ScoreAsync(batch.Ref, part, CancellationToken.None), other.ScoreAsync(batch.Ref, part, CancellationToken.None) }));
        Assert.Equal(new BatchProgress(planned[0], Rows, 0), await service.ProgressAsync(await service.RequireAsync(batch.Id, CancellationToken.None), CancellationToken.None));
        Assert.True(await steps.FinishAsync(batch.Ref, CancellationToken.None));
        string output = await OutputAsync(batch);
        Assert.Equal(Rows, output.Count(c => c == '\n'));
        Assert.False(await other.FinishAsync(batch.Ref, CancellationToken.None));
        Assert.False(await other.ScoreAsync(batch.Ref, 0, CancellationToken.None));
        Assert.Equal(output, await OutputAsync(batch));
    }

    [Fact]
    public async Task Version_IsPinnedWhenTheJobIsRequested()
    {
        string input = await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i) + "\n")));
        double[] expected = await ExpectedAsync(Rows);
        BatchRecord batch = await StartAsync(new BatchRequest(input));
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(5, closed: true));
        int parts = await steps.PlanAsync(batch.Ref, CancellationToken.None);
        for (int part = 0; part < parts; part++)
            await steps.ScoreAsync(batch.Ref, part, CancellationToken.None);
        await steps.FinishAsync(batch.Ref, CancellationToken.None);
        Assert.Equal(expected, (await OutputAsync(batch)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["probability"]!.GetValue<double>()));
        Assert.Equal(2, (await service.RequestAsync(model, new BatchRequest(input), CancellationToken.None)).Version);
    }

    [Fact]
    public async Task Input_OverwrittenMeanwhile_IsNeverMixed()
    {
        string input = await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i) + "\n")));
        BatchRecord batch = await StartAsync(new BatchRequest(input));
        await steps.PlanAsync(batch.Ref, CancellationToken.None);
        await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i + 1) + "\n")));
        await Assert.ThrowsAsync<UploadChangedException>(() => steps.ScoreAsync(batch.Ref, 1, CancellationToken.None));
    }

    [Fact]
    public async Task ResumeAsync_JobWithoutLife_GoesOnAsANewAttemptAndIsLostAfterTheLast()
    {
        string input = await PutAsync("rows.ndjson", string.Concat(Enumerable.Range(0, Rows).Select(i => Json(i) + "\n")));
        BatchRecord batch = await StartAsync(new BatchRequest(input));
        int parts = await steps.PlanAsync(batch.Ref, CancellationToken.None);
        await steps.ScoreAsync(batch.Ref, 0, CancellationToken.None);
        time.Advance(TimeSpan.FromDays(1));
        await service.ResumeAsync(CancellationToken.None);
        BatchRecord second = await service.RequireAsync(batch.Id, CancellationToken.None);
        Assert.Equal((2, BatchStatus.Queued), (second.Attempt, second.Status));
        Assert.False(await steps.ScoreAsync(batch.Ref, 1, CancellationToken.None));
        Assert.True(await service.TryTakeAsync(second.Ref, CancellationToken.None));
        Assert.Equal(parts, await steps.PlanAsync(second.Ref, CancellationToken.None));
        Assert.Equal(1, (await service.ProgressAsync(second, CancellationToken.None)).Parts);
        for (int i = 0; i < 2; i++)
        {
            time.Advance(TimeSpan.FromDays(1));
            await service.ResumeAsync(CancellationToken.None);
        }

        BatchRecord lost = await service.RequireAsync(batch.Id, CancellationToken.None);
        Assert.Equal(BatchStatus.Lost, lost.Status);
        Assert.NotNull(lost.Error);
    }

    [Fact]
    public async Task CancelAsync_EndsTheJobForItsSteps()
    {
        BatchRecord batch = await StartAsync(new BatchRequest(await PutAsync("rows.csv", Csv(0, 100))));
        await steps.PlanAsync(batch.Ref, CancellationToken.None);
        Assert.Equal(BatchStatus.Cancelled, (await service.CancelAsync(batch.Id, CancellationToken.None)).Status);
        Assert.False(await steps.ScoreAsync(batch.Ref, 0, CancellationToken.None));
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => service.CancelAsync(batch.Id, CancellationToken.None))).Status);
        Assert.Equal([batch.Id], await service.ListAsync(model, CancellationToken.None).Select(listed => listed.Id).ToListAsync());
    }

    [Fact]
    public async Task RequestAsync_SameKey_IsOneJobAndAnotherFileIsRefused()
    {
        string input = await PutAsync("rows.csv", Csv(0, 10));
        BatchRecord first = await service.RequestAsync(model, new BatchRequest(input) { IdempotencyKey = "k" }, CancellationToken.None);
        Assert.Equal(first.Id, (await service.RequestAsync(model, new BatchRequest(input) { IdempotencyKey = "k" }, CancellationToken.None)).Id);
        await PutAsync("rows.csv", Csv(1, 10));
        Assert.Equal(409, (await Assert.ThrowsAsync<ProblemException>(() => service.RequestAsync(model, new BatchRequest(input) { IdempotencyKey = "k" }, CancellationToken.None))).Status);
    }

    [Theory]
    [InlineData("x\n1\n", "header")]
    [InlineData("c,x\n", "no row")]
    [InlineData("\u001f\u008b", "")]
    public async Task PlanAsync_FileThatCannotBeAsked_SaysSo(string content, string told)
    {
        BatchRecord batch = await StartAsync(new BatchRequest(await PutAsync("odd.csv", content)));
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => steps.PlanAsync(batch.Ref, CancellationToken.None));
        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other/rows.csv", 400)]
    [InlineData("{0}/nothing.csv", 404)]
    public async Task RequestAsync_NoSuchFile_IsRefused(string name, int status) =>
        Assert.Equal(status, (await Assert.ThrowsAsync<ProblemException>(() => service.RequestAsync(model, new BatchRequest(string.Format(CultureInfo.InvariantCulture, name, model)), CancellationToken.None))).Status);
}
