using System.Buffers;

namespace MlServerless.Pipelines.Serving.Protocols;

/// <summary>How one request is read and its answer written. Every protocol goes through the same scorer.</summary>
public abstract class PredictionRequest
{
    /// <summary>Whether the caller asked for contributions of the inputs.</summary>
    internal virtual bool WantsContributions => false;

    /// <exception cref="Problems.ProblemException">The body cannot be read, or its rows do not fit the signature.</exception>
    internal abstract RowBatch Read(ServedModel model, ReadOnlySpan<byte> body);

    internal abstract void Write(IBufferWriter<byte> output, PredictionOutcome outcome);
}
