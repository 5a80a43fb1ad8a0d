using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Monitoring.Feedback;

[Collection(StorageTests.Name)]
public sealed class FeedbackServiceTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    private async Task<(FeedbackService Feedback, string[] Ids, MonitoringWindow Window)> PredictAsync(int rows)
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync());
        var models = new ServedModels(new ModelRegistry(fixture.Storage, time), fixture.Storage, new PipelineOptions(), time, NullLogger<ServedModels>.Instance);
        var key = new PredictionKey(fixture.Storage, time, NullLogger<PredictionKey>.Instance);
        var service = new PredictionService(models, new PredictionSketches(fixture.Storage, time, NullLogger<PredictionSketches>.Instance), key, new ServingMetrics(), time);
        byte[] body = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, rows).Select(i => $"{{\"x\":{i % 100},\"c\":\"a\"}}")) + "]");
        PredictionAnswer answer = await service.PredictAsync(model, null, body, CancellationToken.None);
        string[] ids = [.. JsonNode.Parse(answer.Body.Span)!["predictions"]!.AsArray().Select(prediction => prediction!["id"]!.GetValue<string>())];

        // Another process takes the feedback, with the same key from storage.
        return (new FeedbackService(fixture.Storage, new PredictionKey(fixture.Storage, time, NullLogger<PredictionKey>.Instance), models), ids, MonitoringWindow.Containing(time.GetUtcNow(), TimeSpan.FromHours(1)));
    }

    private static byte[] Body(IEnumerable<(string Id, string Label)> entries) =>
        Encoding.UTF8.GetBytes("{\"feedback\":[" + string.Join(',', entries.Select(entry => $"{{\"id\":\"{entry.Id}\",\"label\":\"{entry.Label}\"}}")) + "]}");

    private async Task<List<FeedbackEntry>> StoredAsync(FeedbackService feedback, MonitoringWindow window) =>
        await feedback.ReadAsync(model, 1, window.Name, CancellationToken.None).ToListAsync();

    [Fact]
    public async Task TakeAsync_Twice_LateAndCorrected_CountsEveryPredictionOnce()
    {
        (FeedbackService feedback, string[] ids, MonitoringWindow window) = await PredictAsync(250);
        Assert.Equal(250, ids.Distinct().Count());
        Assert.Equal(250, await feedback.TakeAsync(model, Body(ids.Select(id => (id, "yes"))), CancellationToken.None));
        await feedback.TakeAsync(model, Body(ids.Select(id => (id, "yes"))), CancellationToken.None);
        time.Advance(TimeSpan.FromDays(30));
        await feedback.TakeAsync(model, Body([(ids[0], "no")]), CancellationToken.None);
        List<FeedbackEntry> stored = await StoredAsync(feedback, window);
        Assert.Equal((250, 249), (stored.Count, stored.Count(entry => entry.Actual == 1)));
        Performance performance = Performance.Of(Learning.LearningTask.Binary, stored, 500);
        Assert.Equal((250, 0.5), (performance.Labels, performance.Coverage));
        Assert.Equal(stored.Count(entry => entry.Predicted == (int)entry.Actual) / 250.0, performance.Metrics["accuracy"], 12);
    }

    [Fact]
    public async Task TakeAsync_Faults_AreAllToldAndNothingIsTaken()
    {
        (FeedbackService feedback, string[] ids, MonitoringWindow window) = await PredictAsync(3);
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => feedback.TakeAsync(model, Body([(ids[0], "yes"), ("nonsense", "yes"), (ids[1], "maybe")]), CancellationToken.None));
        Assert.Equal(["$[1].id", "$[2].label"], problem.Errors.Select(error => error.Path));
        Assert.Contains("no, yes", problem.Errors[1].Message, StringComparison.Ordinal);
        Assert.Empty(await StoredAsync(feedback, window));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("[{}]")]
    [InlineData("""[{"id":7,"label":"yes"}]""")]
    public async Task TakeAsync_NoFeedback_IsRefused(string body) =>
        Assert.Equal(400, (await Assert.ThrowsAsync<ProblemException>(async () => await (await PredictAsync(1)).Feedback.TakeAsync(model, Encoding.UTF8.GetBytes(body), CancellationToken.None))).Status);
}
