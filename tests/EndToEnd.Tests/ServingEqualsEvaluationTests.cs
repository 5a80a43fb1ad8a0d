using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Pipelines;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

[Collection(SharedAppCollection.Name)]
public sealed class ServingEqualsEvaluationTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const int Rows = 3_000;

    [Theory]
    [InlineData("churn", "linear")]
    [InlineData("churn", "trees")]
    [InlineData("house-prices", "linear")]
    [InlineData("house-prices", "trees")]
    public async Task Predict_OfHoldOutRows_GivesTheStoredScoresBitForBit(string name, string trainer)
    {
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == name);
        SampleFile file = sample.Month(0).Take(Rows);
        string pipeline = $"exact-{name}-{trainer}";
        await App.PutPipelineAsync(pipeline, trainer == "linear" ? Specs.Quick(sample) : Specs.Trees(sample, rounds: 40));
        Upload upload = await Account.UploadAsync(pipeline, file.Name, file.ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);
        RunRecord run = await Account.ReadRunAsync(pipeline, upload.RunId);
        HoldOutScores stored = JsonSerializer.Deserialize(await Account.Storage.Content.ReadAsync(run.HoldOut!.ScoresHash, default), PipelineJson.Default.HoldOutScores)!;

        Assert.InRange(stored.RowNumbers.Count, Rows / 10, Rows / 2);
        Assert.Equal(1, stored.OutputCount);
        string request = "[" + string.Join(',', stored.RowNumbers.Select(number => Encoding.UTF8.GetString(file.ToPredictionRow((int)number - 1)))) + "]";
        JsonObject answer = await App.PredictAsync(pipeline, Encoding.UTF8.GetBytes(request));

        Assert.Equal(stored.ModelHash.Hex, answer.Text("modelHash"));
        Assert.Equal(
            stored.Scores.Select(BitConverter.DoubleToInt64Bits),
            answer.Objects("predictions").Select(prediction => BitConverter.DoubleToInt64Bits(prediction.Number(name == "churn" ? "probability" : "value"))));
    }
}
