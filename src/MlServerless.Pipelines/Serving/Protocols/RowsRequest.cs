using System.Buffers;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>The project's own form: one object or an array of objects in, predictions with model and schema hashes out.</summary>
/// <param name="contributions">Whether the answer is to say what each input added.</param>
public sealed class RowsRequest(bool contributions = false) : PredictionRequest
{
    internal override bool WantsContributions => contributions;

    internal override RowBatch Read(ServedModel model, ReadOnlySpan<byte> body) => model.Rows.Read(body);

    internal override void Write(IBufferWriter<byte> output, PredictionOutcome outcome) => PredictionWriter.Write(output, outcome);
}
