using MlServerless.Data;

namespace MlServerless.Pipelines.Runs;

/// <summary>A stage in a <see cref="RunManifest"/>.</summary>
public sealed record ManifestStage(string Stage, string? Part, IReadOnlyDictionary<string, string> Inputs, IReadOnlyDictionary<string, ContentHash> Outputs)
{
    public static ManifestStage Of(StageTrace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        return new ManifestStage(trace.Stage, trace.Part, trace.Inputs, trace.Outputs);
    }
}
