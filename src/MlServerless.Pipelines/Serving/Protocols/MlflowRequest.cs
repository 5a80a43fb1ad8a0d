using System.Buffers;
using System.Text.Json;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>A request of MLflow's scoring server (https://mlflow.org/docs/latest/ml/deployment/deploy-model-locally): <c>{"predictions": […]}</c> is the answer.</summary>
/// <param name="isCsv">Whether the body is <c>text/csv</c>; else it is JSON.</param>
public sealed class MlflowRequest(bool isCsv) : PredictionRequest
{
    private static readonly string[] Forms = ["dataframe_split", "dataframe_records", "instances", "inputs"];
    private static readonly string[] Others = ["params", "signature_name"];

    internal override RowBatch Read(ServedModel model, ReadOnlySpan<byte> body) => isCsv
        ? new CsvTableReader(model.Rows.Cells).Read(body)
        : new JsonTableReader(model.Rows).Read(body, Forms, Others);

    internal override void Write(IBufferWriter<byte> output, PredictionOutcome outcome)
    {
        using var writer = new Utf8JsonWriter(output, PredictionWriter.Options);
        writer.WriteStartObject();
        PredictionWriter.WritePredictions(writer, outcome);
        writer.WriteEndObject();
    }
}
