using System.Text.Json.Nodes;

namespace MlServerless.Learning.Tests.Onnx;

/// <summary>What ONNX Runtime said of a model and some rows.</summary>
/// <param name="Inputs">Name and element type of each input.</param>
/// <param name="Scores">Row after row.</param>
/// <param name="Labels">Null for a regression.</param>
internal sealed record OnnxAnswer(IReadOnlyList<(string Name, string Type)> Inputs, double[] Scores, long[] ScoreDimensions, string[]? Labels)
{
    public static OnnxAnswer Parse(string json)
    {
        JsonNode answer = JsonNode.Parse(json)!;
        JsonObject outputs = answer["outputs"]!.AsObject();
        JsonNode scores = outputs.First(output => output.Key.StartsWith("scores", StringComparison.Ordinal)).Value!;
        Assert.Equal("float64", (string)scores["type"]!);
        JsonNode? labels = outputs.FirstOrDefault(output => output.Key.StartsWith("label", StringComparison.Ordinal)).Value;
        return new OnnxAnswer(
            [.. answer["inputs"]!.AsArray().Select(input => ((string)input![0]!, (string)input[1]!))],
            [.. scores["values"]!.AsArray().Select(value => value is null ? double.NaN : (double)value)],
            [.. scores["dims"]!.AsArray().Select(value => (long)value!)],
            labels is null ? null : [.. labels["values"]!.AsArray().Select(value => (string)value!)]);
    }
}
