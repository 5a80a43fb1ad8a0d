using System.Buffers;
using System.Text.Json;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>A request of the V1 inference protocol of TensorFlow Serving and KServe: <c>{"instances": […]}</c> in, <c>{"predictions": […]}</c> out; for <c>:explain</c>, <c>{"explanations": […]}</c>.</summary>
/// <param name="explain">Whether it is a call of <c>:explain</c>.</param>
public sealed class InstancesRequest(bool explain = false) : PredictionRequest
{
    private static readonly string[] Forms = ["instances", "inputs"];
    private static readonly string[] Others = ["signature_name"];

    internal override bool WantsContributions => explain;

    internal override RowBatch Read(ServedModel model, ReadOnlySpan<byte> body) => new JsonTableReader(model.Rows).Read(body, Forms, Others);

    internal override void Write(IBufferWriter<byte> output, PredictionOutcome outcome)
    {
        using var writer = new Utf8JsonWriter(output, PredictionWriter.Options);
        writer.WriteStartObject();
        PredictionWriter.WritePredictions(writer, outcome, explain ? "explanations" : "predictions");
        writer.WriteEndObject();
    }
}
