using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Runs;

/// <summary>Stores the manifest of a run that ends.</summary>
internal static class ManifestWriter
{
    public static async Task<ContentHash> PutAsync(IPipelineStorage storage, RunRecord run, CancellationToken cancellationToken)
    {
        PipelineSpec? spec = null;
        if (run.SpecHash is { } hash)
        {
            try
            {
                spec = SpecParser.Parse(await storage.Content.ReadAsync(hash, cancellationToken));
            }
            catch (Exception exception) when (exception is ContentMissingException or ContentCorruptException or ProblemException)
            {
                // The run ends all the same; its manifest names the spec, which is what can be said of it.
            }
        }

        return await storage.Content.PutAsync(CanonicalJson.Serialize(RunManifest.Of(run, spec), PipelineJson.Default.RunManifest), cancellationToken);
    }
}
