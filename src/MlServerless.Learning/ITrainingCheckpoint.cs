namespace MlServerless.Learning;

/// <summary>
/// Where a training keeps its state, so that a killed one goes on instead of starting again. A resumed training
/// ends in the same artifact, byte for byte; state of other inputs, parameters or algorithm versions is ignored.
/// </summary>
public interface ITrainingCheckpoint
{
    /// <summary>The state saved last, or null when there is none.</summary>
    ValueTask<byte[]?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the saved state.</summary>
    ValueTask SaveAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken);
}
