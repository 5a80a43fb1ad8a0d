using System.Globalization;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>
/// Reads everything that the manifest of a run names and compares it with its hash. A repetition alone would not find a changed byte in what it makes anew:
/// content that is there under its hash is not written again.
/// </summary>
public sealed class VerifyContentStep(StepRunner runner, IPipelineStorage storage, DataCatalog catalog, ModelRegistry registry)
{
    /// <returns>Whether all is there as it was written; otherwise the run has ended with what is not.</returns>
    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "verify-content", null, VerifyAsync, cancellationToken);

    private async Task<bool> VerifyAsync(StepContext step)
    {
        RunRecord first = await runner.FindAsync(step.Record.Pipeline, step.Record.Verifies!, step.CancellationToken)
            ?? throw new InvalidOperationException($"Run {step.Record.Id} repeats a run that does not exist.");
        Verification? found = await FindFaultAsync(first, step);
        if (found is null)
            return true;
        await step.EndRunAsync(RunStatus.Completed, record => record with { Verification = found });
        return false;
    }

    private async Task<Verification?> FindFaultAsync(RunRecord first, StepContext step)
    {
        if (await ReadAsync("manifest", null, "manifest", first.ManifestHash!.Value, step) is { } unreadable)
            return unreadable;
        RunManifest manifest = await VerifyStep.ReadManifestAsync(storage, first, step.CancellationToken);
        if (await ReadAsync("pin", null, "spec", manifest.SpecHash!.Value, step) is { } spec)
            return spec;
        if (await ReadAsync("ingest", null, "dataVersion", manifest.DataVersion!.Value, step) is { } version)
            return version;
        IReadOnlyList<DataPart> parts = (await catalog.ReadManifestAsync(manifest.DataVersion.Value, step.CancellationToken)).Parts;
        Action<double> progress = step.Progress();
        for (int i = 0; i < parts.Count; i++)
        {
            if (await ReadAsync("ingest", (i + 1).ToString(CultureInfo.InvariantCulture), "part", parts[i].Hash, step) is { } part)
                return part;
            progress((double)(i + 1) / parts.Count);
        }

        foreach (ManifestStage stage in manifest.Stages)
        {
            foreach ((string name, ContentHash hash) in stage.Outputs.OrderBy(output => output.Key, StringComparer.Ordinal))
            {
                if (await ReadAsync(stage.Stage, stage.Part, name, hash, step) is { } fault)
                    return fault;
            }
        }

        if (first.Model is { } model
            && await registry.FindVersionAsync(model.Name, model.Version, step.CancellationToken) is { } registered
            && registered.Hash != manifest.ModelHash)
        {
            return new Verification(Verification.Damaged, 0, new VerificationDifference(
                "register", null, "version", manifest.ModelHash?.Hex, registered.Hash.Hex, $"Version {model.Version} of model '{model.Name}' names another artifact than the run has made: its row was changed."));
        }

        return null;
    }

    private async Task<Verification?> ReadAsync(string stage, string? part, string what, ContentHash hash, StepContext step)
    {
        string where = part is null ? $"{what} of stage '{stage}'" : $"{what} {part} of stage '{stage}'";
        try
        {
            await using Stream stream = await storage.Content.OpenReadAsync(hash, step.CancellationToken);
            await stream.CopyToAsync(Stream.Null, step.CancellationToken);
            return null;
        }
        catch (ContentCorruptException damaged)
        {
            return new Verification(Verification.Damaged, 0, new VerificationDifference(stage, part, what, hash.Hex, damaged.Actual.Hex, $"The {where} was changed after it was written: {damaged.Message}"));
        }
        catch (ContentMissingException missing)
        {
            return new Verification(Verification.Missing, 0, new VerificationDifference(stage, part, what, hash.Hex, null, $"The {where} is no longer kept: {missing.Message}"));
        }
    }
}
