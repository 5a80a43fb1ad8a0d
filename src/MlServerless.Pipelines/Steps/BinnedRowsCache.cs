using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// The rows of a run as trees see them: binned from the tables by the first training that needs them, stored as content, and found again by the others and by
/// a training that was killed. Its name in the run's checkpoints goes with the run; the content goes with the sweep.
/// </summary>
internal sealed class BinnedRowsCache(IPipelineStorage storage, PreparedDataReader prepared, string run, PreparedData data)
{
    /// <summary>The binned rows of a request, or null where none has made them yet.</summary>
    /// <param name="folder">Where cells are kept in mapped files; null to keep them in memory.</param>
    public async Task<BinnedTraining?> FindAsync(TrainingRequest request, string? folder, CancellationToken cancellationToken)
    {
        if (await storage.Checkpoints.FindAsync(Path(request), cancellationToken) is not { } name
            || !ContentHash.TryParse(Encoding.UTF8.GetString(name), out ContentHash hash))
            return null;
        try
        {
            await using Stream content = await storage.Content.OpenReadAsync(hash, cancellationToken);
            return BinnedTraining.Read(content, folder);
        }
        catch (Exception error) when (error is ContentMissingException or ContentCorruptException or InvalidDataException)
        {
            // It only saves time: what is gone or of another version is made again.
            return null;
        }
    }

    /// <summary>Bins the rows and stores them.</summary>
    public async Task<BinnedTraining> MakeAsync(TrainingRequest request, CancellationToken cancellationToken)
    {
        BinnedTraining rows = await BinnedTraining.OfAsync(
            request with
            {
                Train = await prepared.ReadTableAsync(data.Train, cancellationToken),
                Validation = await prepared.ReadTableAsync(data.Validation, cancellationToken),
            },
            cancellationToken);
        using var content = new MemoryStream();
        rows.Write(content);
        ContentHash hash = await storage.Content.PutAsync(content.GetBuffer().AsMemory(0, (int)content.Length), cancellationToken);
        await storage.Checkpoints.WriteAsync(Path(request), Encoding.UTF8.GetBytes(hash.Hex), cancellationToken);
        return rows;
    }

    private string Path(TrainingRequest request) => $"{run}/binned.{BinnedTraining.Key(request, data.Train.Hash, data.Validation.Hash).Hex}";
}
