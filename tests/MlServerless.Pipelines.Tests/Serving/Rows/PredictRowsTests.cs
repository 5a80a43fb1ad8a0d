using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Serving.Rows;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Serving.Rows;

[Collection(StorageTests.Name)]
public sealed class PredictRowsTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    private async Task<ServingProcess> ServeAsync(bool closed = false)
    {
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(closed: closed));
        return new ServingProcess(fixture.Storage, time, new PipelineOptions());
    }

    private async Task<string> AnswerAsync(ServingProcess process, RowsFormat format, RowsFormat answerFormat, string body)
    {
        RowsAnswer answer = await process.Predictions.PredictRowsAsync(model, null, format, answerFormat, Encoding.UTF8.GetBytes(body), null, CancellationToken.None);
        var text = new StringBuilder();
        await foreach (ReadOnlyMemory<byte> piece in answer.WriteAsync(CancellationToken.None))
            text.Append(Encoding.UTF8.GetString(piece.Span));
        return text.ToString();
    }

    [Fact]
    public async Task PredictRowsAsync_CsvAndNdjson_GiveTheBitsOfTheUsualAnswer()
    {
        ServingProcess process = await ServeAsync();
        string[] rows = [.. Enumerable.Range(0, 1300).Select(i => string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{i * 0.37},\"c\":\"{"abz"[i % 3]}\"}}"))];
        string csv = "c,other,x\r\n" + string.Concat(Enumerable.Range(0, 1300).Select(i => string.Create(CultureInfo.InvariantCulture, $"{"abz"[i % 3]},\"a,\nb\",{i * 0.37}\r\n")));
        JsonNode usual = JsonNode.Parse((await process.Predictions.PredictAsync(model, null, Encoding.UTF8.GetBytes($"[{string.Join(',', rows)}]"), CancellationToken.None)).Body.Span)!;
        double[] expected = [.. usual["predictions"]!.AsArray().Select(prediction => prediction!["probability"]!.GetValue<double>())];

        string[] lines = (await AnswerAsync(process, RowsFormat.Ndjson, RowsFormat.Ndjson, string.Join('\n', rows))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonNode[] answers = [.. lines.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(expected, answers.Select(answer => answer["probability"]!.GetValue<double>()));
        Assert.Equal(Enumerable.Range(1, 1300), answers.Select(answer => answer["row"]!.GetValue<int>()));
        Assert.Equal(1300, answers.Select(answer => answer["id"]!.GetValue<string>()).Distinct().Count());

        string[] table = (await AnswerAsync(process, RowsFormat.Csv, RowsFormat.Csv, csv)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("row,id,prediction,probability,error", table[0]);
        Assert.Equal(expected, table.Skip(1).Select(line => double.Parse(line.Split(',')[3], CultureInfo.InvariantCulture)));

        // Ids of streamed rows are taken as feedback, and all rows are in the sketches.
        string feedback = $"[{{\"id\":\"{answers[1299]["id"]}\",\"label\":\"yes\"}}]";
        Assert.Equal(1, await process.Feedback.TakeAsync(model, Encoding.UTF8.GetBytes(feedback), CancellationToken.None));
        DriftReport report = (await process.Drift.ReportRecentAsync(model, CancellationToken.None)).Report;
        Assert.Equal((3900, 3), (report.CurrentRows, report.Traffic!.Requests));
    }

    [Fact]
    public async Task PredictRowsAsync_WrongRows_AreSaidAndKeepNoOtherFromBeingPredicted()
    {
        ServingProcess process = await ServeAsync(closed: true);
        string answer = await AnswerAsync(process, RowsFormat.Ndjson, RowsFormat.Ndjson, "{\"x\":1,\"c\":\"a\"}\n\n{\"x\":\"one\",\"c\":\"q\"}\nnonsense\n[1]\n{\"c\":\"a\"}\n{\"x\":1,\"c\":\"a\"} {}\n{\"x\":2,\"c\":null}\n");
        JsonNode[] lines = [.. answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], lines.Select(line => line["row"]!.GetValue<int>()));
        Assert.Equal([true, false, false, false, false, false, true], lines.Select(line => line["probability"] is not null));
        Assert.Equal(["x", "c"], lines[1]["errors"]!.AsArray().Select(error => error!["column"]!.GetValue<string>()));
        Assert.Contains("is missing", lines[4].ToJsonString(), StringComparison.Ordinal);
        string[] csv = (await AnswerAsync(process, RowsFormat.Csv, RowsFormat.Csv, "x,c\n1,a\n1,2,3\n,\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("2,,,,has 3 fields and the header 2.", csv[2]);
        Assert.StartsWith("3,", csv[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x\n1\n", 400, "header")]
    [InlineData("", 400, "")]
    public async Task PredictRowsAsync_CsvThatCannotBeAsked_IsRefusedAsAWhole(string csv, int status, string told)
    {
        ServingProcess process = await ServeAsync();
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(() => AnswerAsync(process, RowsFormat.Csv, RowsFormat.Csv, csv));
        Assert.Equal(status, problem.Status);
        Assert.Contains(told, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public async Task PredictRowsAsync_MoreRowsThanACallTakes_IsRefused(int rows, bool taken)
    {
        ServingProcess process = await ServeAsync();
        string body = string.Concat(Enumerable.Repeat("{\"x\":1,\"c\":\"a\"}\n", rows));
        if (taken)
            Assert.Equal(rows, (await AnswerAsync(process, RowsFormat.Ndjson, RowsFormat.Ndjson, body)).Count(c => c == '\n'));
        else
            Assert.Equal(413, (await Assert.ThrowsAsync<ProblemException>(() => AnswerAsync(process, RowsFormat.Ndjson, RowsFormat.Ndjson, body))).Status);
    }
}
