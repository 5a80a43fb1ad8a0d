using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Makes one data version of the uploads in the window that ends with the run's own, and finds which of their parts have been scanned before.</summary>
public sealed class ComposeStep(StepRunner runner, IPipelineStorage storage, SpecCatalog specs, DataCatalog catalog, ScanCache scans)
{
    /// <summary>How many small documents are read at a time.</summary>
    private const int Readers = 16;

    public Task<ComposeResult> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "compose", null, ComposeAsync, cancellationToken);

    private async Task<ComposeResult> ComposeAsync(StepContext step)
    {
        PipelineSpec spec = await specs.ReadPinnedAsync(step.Record.SpecHash!.Value, step.CancellationToken);
        WindowRecord window = step.Record.Window is { } known && known.Attempt == step.Record.Attempt ? known : await ChooseAsync(step, spec);
        DataVersionManifest manifest = await catalog.ReadManifestAsync(window.DataVersion, step.CancellationToken);
        ContentHash?[] found = await FindScansAsync(step, spec, manifest, manifest.Parts.Count - window.UploadParts);
        await step.CountReusedAsync(found.Count(scan => scan is not null));
        return new ComposeResult(found);
    }

    private async Task<WindowRecord> ChooseAsync(StepContext step, PipelineSpec spec)
    {
        RunRecord run = step.Record;
        DataVersionRecord own = await catalog.FindArrivalAsync(run.Pipeline, run.DataOrder, step.CancellationToken)
            ?? throw new InvalidOperationException($"The upload of run {run.Id} is not among the data of pipeline '{run.Pipeline}'.");
        IReadOnlyList<DataVersionRecord> members = await DataWindow.ChooseAsync(
            spec.Data.Window, own, catalog.ListNewestFirstAsync(run.Pipeline, DataOrder.TimeOf(own.Order), own.Order, step.CancellationToken), step.CancellationToken);
        var manifests = new DataVersionManifest[members.Count];
        await ForEachAsync(members.Count, async (i, token) => manifests[i] = await catalog.ReadManifestAsync(members[i].Id, token), step.CancellationToken);
        var composition = new WindowComposition(spec.Data.Window.ToString(), [.. members.Select(member => new WindowMember(member.Id, member.Order))]);
        ContentHash stored = await storage.Content.PutAsync(CanonicalJson.Serialize(composition, PipelineJson.Default.WindowComposition), step.CancellationToken);
        DataVersionManifest joined = DataVersionManifest.Of([.. manifests.SelectMany(manifest => manifest.Files)]);
        ContentHash version = await catalog.AddWindowAsync(
            run.Pipeline,
            joined,
            id => new DataVersionRecord { Id = id, Order = own.Order, Source = own.Source, RunId = run.Id, Bytes = members.Sum(member => member.Bytes), Parts = joined.Parts.Count, Composition = stored },
            step.CancellationToken);
        var window = new WindowRecord(composition.Window, run.Attempt, version, stored, members.Count, manifests[^1].Parts.Count);

        // An execution that loses to another at the same time, or comes late, goes on with the window that was composed first.
        RunRecord updated = await step.UpdateAsync(current => current.Window is { } first && first.Attempt == current.Attempt ? current : current with { Window = window, DataVersion = version });
        return updated.Window!;
    }

    private async Task<ContentHash?[]> FindScansAsync(StepContext step, PipelineSpec spec, DataVersionManifest manifest, int count)
    {
        var found = new ContentHash?[count];
        await ForEachAsync(
            count,
            async (part, token) =>
            {
                (int file, int partInFile) = manifest.Locate(part);
                found[part] = await scans.FindAsync(step.Record.Pipeline, ScanKey.Of(manifest.Files[file], partInFile, spec), token);
            },
            step.CancellationToken);
        return found;
    }

    private static Task ForEachAsync(int count, Func<int, CancellationToken, Task> body, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken }, async (i, token) => await body(i, token));
}
