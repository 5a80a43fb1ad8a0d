using System.Runtime.InteropServices;
using MlServerless.Data;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Runs;

/// <summary>
/// What a run was made from and what it made, by hash. It holds no times, no run id, and nothing that the result does not depend on: runs that did the same
/// under the same code have the same manifest. Identified by the hash of its canonical JSON.
/// </summary>
public sealed record RunManifest
{
    public int Format { get; init; } = 1;

    public required string Pipeline { get; init; }

    public ContentHash? SpecHash { get; init; }

    public string? CodeVersion { get; init; }

    /// <summary>The runtime and the processor's architecture.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public ContentHash? DataVersion { get; init; }

    /// <summary>The uploads of the window; null where the data are one upload or a chosen version.</summary>
    public ContentHash? Composition { get; init; }

    public ContentHash? SchemaHash { get; init; }

    public SplitSpec? Split { get; init; }

    public IReadOnlyList<string>? Key { get; init; }

    public ulong? Seed { get; init; }

    /// <summary>In the order in which they are done.</summary>
    public required IReadOnlyList<ManifestStage> Stages { get; init; }

    public string? Chosen { get; init; }

    public ContentHash? ModelHash { get; init; }

    /// <param name="spec">Null where it cannot be read, or was not pinned.</param>
    public static RunManifest Of(RunRecord run, PipelineSpec? spec)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new RunManifest
        {
            Pipeline = run.Pipeline,
            SpecHash = run.SpecHash,
            CodeVersion = run.CodeVersion,
            Environment = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["runtime"] = RuntimeInformation.FrameworkDescription,
                ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            },
            DataVersion = run.DataVersion,
            Composition = run.Window?.Composition,
            SchemaHash = run.SchemaHash,
            Split = spec?.Split,
            Key = spec?.Key,
            Seed = spec?.Seed,
            Stages = [.. run.Traces.Select((trace, index) => (trace, index)).OrderBy(item => Order(item.trace.Stage)).ThenBy(item => PartOrder(run, item.trace.Part)).ThenBy(item => item.trace.Part, StringComparer.Ordinal).Select(item => ManifestStage.Of(item.trace))],
            Chosen = run.Chosen,
            ModelHash = run.Candidates.FirstOrDefault(candidate => candidate.Name == run.Chosen)?.ModelHash,
        };
    }

    /// <summary>The place of a stage.</summary>
    internal static int Order(string stage) => Array.IndexOf(StageOrder, stage) is var place and >= 0 ? place : StageOrder.Length;

    private static int PartOrder(RunRecord run, string? part) => part is null ? -1 : run.Candidates.Index().Where(candidate => candidate.Item.Name == part).Select(candidate => candidate.Index).FirstOrDefault(int.MaxValue);

    private static readonly string[] StageOrder = ["ingest", "compose", "check", "prepare", "train", "evaluate", "package"];
}
