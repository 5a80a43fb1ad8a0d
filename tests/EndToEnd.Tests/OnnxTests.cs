using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Learning;
using MlServerless.Learning.Onnx;
using MlServerless.Pipelines.Runs;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

[Collection(SharedAppCollection.Name)]
public sealed class OnnxTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    [Fact]
    public async Task Onnx_OfAVersion_IsTheExportOfItsArtifact()
    {
        const string Pipeline = "onnx-prices";
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == "house-prices");
        await App.PutPipelineAsync(Pipeline, Specs.Quick(sample));
        Upload upload = await Account.UploadAsync(Pipeline, "1.csv", sample.Month(0).Take(1000).ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);
        RunRecord run = await Account.ReadRunAsync(Pipeline, upload.RunId);
        ModelArtifact artifact = ModelArtifact.Parse(await Account.Storage.Content.ReadAsync(run.Model!.Hash, default));

        var file = await App.DownloadAsync($"api/models/{Pipeline}/versions/1/onnx");
        Assert.Equal(OnnxExporter.Export(artifact), file.Content);
        Assert.Equal("application/octet-stream", file.Headers.ContentType?.MediaType);
        Assert.Equal($"{Pipeline}-v1.onnx", file.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal($"\"{ContentHash.Of(file.Content).Hex}\"", file.ETag);
        Assert.Equal(OnnxExporter.Export(artifact, OnnxNumbers.Double), (await App.DownloadAsync($"api/models/{Pipeline}/versions/1/onnx?numbers=double")).Content);
        Assert.Equal(304, (await App.SendAsync(HttpMethod.Get, $"api/models/{Pipeline}/versions/1/onnx", headers: ("If-None-Match", file.ETag!))).Status);

        (await App.GetAsync($"api/models/{Pipeline}/versions/1/onnx?numbers=half")).ExpectProblem(400, "half", "double");
        (await App.GetAsync($"api/models/{Pipeline}/versions/9/onnx")).ExpectProblem(404, "version 9");
        (await App.GetAsync($"api/models/{Pipeline}/versions/one/onnx")).ExpectProblem(400, "one");
    }

    [Fact]
    public async Task Onnx_OfAModelThatReadsTexts_IsRefusedByColumn()
    {
        const string Pipeline = "onnx-texts";
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == "house-prices");
        SampleFile file = sample.Month(0).Take(1000);
        JsonObject spec = Specs.Quick(sample);
        string column = spec["columns"]!.AsObject().First(declared => declared.Value!["type"]!.GetValue<string>() == "category").Key;
        spec["columns"]![column] = new JsonObject { ["type"] = "text" };
        await App.PutPipelineAsync(Pipeline, spec);
        Upload upload = await Account.UploadAsync(Pipeline, "1.csv", file.ToBytes());
        await App.WaitForCompletionAsync(upload.RunId);
        JsonObject problem = (await App.GetAsync($"api/models/{Pipeline}/versions/1/onnx")).ExpectProblem(422, $"'{column}'", "features.exclude");
        Assert.Equal(column, problem.Objects("errors").Single().Text("path"));
    }
}
