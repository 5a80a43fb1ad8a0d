using System.Text.Json;
using MlServerless.Data;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Steps;

/// <summary>Compares what a repetition has made with the manifest of the run that it repeats, stage by stage, and ends the repetition.</summary>
public sealed class VerifyStep(StepRunner runner, IPipelineStorage storage)
{
    public Task<bool> RunAsync(RunRef run, CancellationToken cancellationToken) =>
        runner.RunAsync(run, "compare", null, CompareAsync, cancellationToken);

    internal static async Task<RunManifest> ReadManifestAsync(IPipelineStorage storage, RunRecord run, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await storage.Content.ReadAsync(run.ManifestHash!.Value, cancellationToken), PipelineJson.Default.RunManifest)!;

    private async Task<bool> CompareAsync(StepContext step)
    {
        RunRecord first = (await runner.FindAsync(step.Record.Pipeline, step.Record.Verifies!, step.CancellationToken))!;
        RunManifest expected = await ReadManifestAsync(storage, first, step.CancellationToken);
        Verification verification = Compare(expected, RunManifest.Of(step.Record, null));
        await step.EndRunAsync(RunStatus.Completed, record => record with { Verification = verification });
        return verification.Difference is null;
    }

    internal static Verification Compare(RunManifest expected, RunManifest found)
    {
        // What was taken in is not repeated: the data version is what a repetition starts from.
        ManifestStage[] stages = [.. expected.Stages.Where(stage => stage.Stage is not ("ingest" or "compose"))];
        int compared = 0;
        foreach (ManifestStage stage in stages)
        {
            ManifestStage? now = found.Stages.FirstOrDefault(other => other.Stage == stage.Stage && other.Part == stage.Part);
            if (now is null)
                return Different(stage, stage.Stage, null, null, "It was not reached: the repetition ended before.");
            foreach ((string name, ContentHash hash) in stage.Outputs.OrderBy(output => output.Key, StringComparer.Ordinal))
            {
                if (now.Outputs.GetValueOrDefault(name) is var made && made != hash)
                    return Different(stage, name, hash.Hex, made == default ? null : made.Hex, Why(expected, found, stage, now));
            }

            compared++;
        }

        if (expected.Chosen != found.Chosen || expected.ModelHash != found.ModelHash)
            return new Verification(Verification.Different, compared, new VerificationDifference("evaluate", null, "chosen", $"{expected.Chosen} {expected.ModelHash}", $"{found.Chosen} {found.ModelHash}", "Another candidate was chosen."));
        return new Verification(Verification.Identical, compared, null);

        Verification Different(ManifestStage stage, string what, string? then, string? made, string why) =>
            new(Verification.Different, compared, new VerificationDifference(stage.Stage, stage.Part, what, then, made, $"Stage '{stage.Stage}'{(stage.Part is null ? "" : $", '{stage.Part}',")} gave another {what}. {why}"));
    }

    private static string Why(RunManifest expected, RunManifest found, ManifestStage stage, ManifestStage now)
    {
        string[] inputs = [.. StageCache.Differing(stage.Inputs, now.Inputs)];
        if (inputs.Length > 0)
            return $"Of what it takes, {string.Join(", ", inputs)} differ{(inputs.Length == 1 ? "s" : "")}{(inputs.Contains(StageKey.CodeField) ? $" (code {expected.CodeVersion} then, {found.CodeVersion} now)" : "")}.";
        return StageCache.Differing(expected.Environment, found.Environment) is { Count: > 0 } environment
            ? $"It took the same, in another environment: {string.Join(", ", environment.Select(name => $"{name} {expected.Environment.GetValueOrDefault(name)} then, {found.Environment.GetValueOrDefault(name)} now"))}."
            : "It took the same, with the same code: please report this with the hashes of both.";
    }
}
