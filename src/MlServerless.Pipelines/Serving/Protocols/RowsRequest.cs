using System.Buffers;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>The project's own form: one object or an array of objects in, predictions with model and schema hashes out.</summary>
/// <param name="explain">Whether predictions come with what each column added to them.</param>
public sealed class RowsRequest(bool explain = false) : PredictionRequest
{
    internal override bool WantsContributions => explain;

    internal override RowBatch Read(ServedModel model, ReadOnlySpan<byte> body) => model.Rows.Read(body);

    internal override void Write(IBufferWriter<byte> output, PredictionOutcome outcome) => PredictionWriter.Write(output, outcome);
}
