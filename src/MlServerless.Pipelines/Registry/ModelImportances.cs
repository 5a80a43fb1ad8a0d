using System.Collections.Concurrent;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Pipelines.Registry;

/// <summary>What stored models rely on. An artifact never changes, so that a few answers are kept.</summary>
public sealed class ModelImportances(IPipelineStorage storage)
{
    private const int MaxKept = 200;
    private readonly ConcurrentDictionary<ContentHash, ModelImportance?> kept = new();

    /// <returns>Null for a model of before it was kept, and for an artifact that is no longer there or cannot be read.</returns>
    public async Task<ModelImportance?> FindAsync(ContentHash artifact, CancellationToken cancellationToken)
    {
        if (kept.TryGetValue(artifact, out ModelImportance? known))
            return known;
        try
        {
            ModelImportance? found = ModelArtifact.Parse(await storage.Content.ReadAsync(artifact, cancellationToken)).Importance;
            if (kept.Count >= MaxKept)
                kept.Clear();
            return kept[artifact] = found;
        }
        catch (Exception error) when (error is ContentMissingException or InvalidArtifactException)
        {
            return null;
        }
    }
}
