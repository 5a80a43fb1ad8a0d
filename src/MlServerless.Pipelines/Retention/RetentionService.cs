using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Retention;

/// <summary>Lets go of data versions as the specs of their pipelines say. Their bytes go with the next <see cref="StoreSweep"/>.</summary>
public sealed class RetentionService(IPipelineStorage storage, SpecCatalog specs, DataCatalog catalog, WindowRemoval windows, RunLog runs, ModelRegistry registry, TimeProvider time, ILogger<RetentionService> logger)
{
    /// <returns>How many arrivals were let go.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        int removed = 0;
        await foreach (string pipeline in storage.Specs.ListNamesAsync(cancellationToken))
        {
            try
            {
                PipelineSpec spec = SpecParser.Parse((await specs.RequireAsync(pipeline, cancellationToken)).Json);
                if (spec.Retention.IsLimited)
                    removed += await ApplyAsync(pipeline, spec.Retention, cancellationToken);
            }
            catch (ProblemException problem)
            {
                // A spec that was written past the API, or deleted meanwhile: nothing is let go on its word.
                logger.LogWarning("Retention of pipeline {Pipeline} was left out: {Problem} {Detail}", pipeline, problem.Title, problem.Detail);
            }
        }

        return removed;
    }

    private async Task<int> ApplyAsync(string pipeline, RetentionSpec retention, CancellationToken cancellationToken)
    {
        List<DataVersionRecord> kept = await catalog.ListArrivalsAsync(pipeline, cancellationToken).Where(arrival => arrival.Removed is null).ToListAsync(cancellationToken);
        IReadOnlyList<DataVersionRecord> expired = RetentionPolicy.Expired(kept, retention, time.GetUtcNow());
        if (expired.Count == 0)
            return 0;
        HashSet<ContentHash> needed = await FindNeededPartsAsync(pipeline, cancellationToken);
        int removed = 0;
        foreach (DataVersionRecord arrival in expired)
        {
            DataVersionManifest manifest = await catalog.ReadManifestAsync(arrival.Id, cancellationToken);
            if (manifest.Parts.Any(part => needed.Contains(part.Hash)))
                continue;

            // The upload goes first: left behind by a crash in between, it would never be looked at again.
            if (retention.DeleteUploads)
                await storage.Uploads.TryDeleteAsync(arrival.Source.Blob, arrival.Source.ETag, cancellationToken);
            await catalog.RemoveAsync(pipeline, arrival, new DataRemoval(DataRemoval.ByRetention, time.GetUtcNow()), cancellationToken);
            logger.LogInformation("Data version {DataVersion} of pipeline {Pipeline} ({Upload}) was let go by its retention", arrival.Id, pipeline, arrival.Source.Blob);
            removed++;
        }

        await windows.RunAsync(pipeline, cancellationToken);
        return removed;
    }

    /// <summary>The parts that runs under way and models behind an alias stand on.</summary>
    private async Task<HashSet<ContentHash>> FindNeededPartsAsync(string pipeline, CancellationToken cancellationToken)
    {
        var versions = new HashSet<ContentHash>();
        await foreach (RunRecord run in runs.ListActiveAsync(pipeline, cancellationToken))
        {
            versions.UnionWith(((ContentHash?[])[run.DataVersion, run.UploadVersion, run.RequestedDataVersion]).OfType<ContentHash>());
        }

        await foreach (ModelAlias alias in registry.ListAliasesAsync(pipeline, cancellationToken))
        {
            ModelVersion? model = await registry.FindVersionAsync(pipeline, alias.Version, cancellationToken);
            if (model is not null)
                versions.Add(model.DataVersion);
        }

        var parts = new HashSet<ContentHash>();
        foreach (ContentHash version in versions)
            parts.UnionWith((await catalog.ReadManifestAsync(version, cancellationToken)).Parts.Select(part => part.Hash));
        return parts;
    }
}
