using MlServerless.Learning;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Steps;

/// <summary>The checkpoint of one candidate's training, kept until the run ends.</summary>
internal sealed class RunCheckpoint(IBlobFolder folder, string path) : ITrainingCheckpoint
{
    public async ValueTask<byte[]?> LoadAsync(CancellationToken cancellationToken) => await folder.FindAsync(path, cancellationToken);

    public async ValueTask SaveAsync(ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => await folder.WriteAsync(path, state, cancellationToken);
}
