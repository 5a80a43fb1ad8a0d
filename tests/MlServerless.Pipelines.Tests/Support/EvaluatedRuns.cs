using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Tests.Support;

/// <summary>Runs that have come as far as the evaluation, with what the earlier steps would have stored.</summary>
internal static class EvaluatedRuns
{
    public static async Task<RunRecord> ClaimAsync(IPipelineStorage storage, TimeProvider time, string pipeline, ModelArtifact model, Table holdOut, string spec = TestModels.Spec, string order = "2")
    {
        Task<ContentHash> Put(byte[] bytes) => storage.Content.PutAsync(bytes, CancellationToken.None);
        var part = new PreparedPart(await Put(ColumnFile.Write(holdOut)), holdOut.RowCount);
        var prepared = new PreparedData(default, default, ["x", "c"], 2, default, part, part, part);
        Scorer scorer = Scorer.Compile(model);
        var scores = new HoldOutScores(await Put(model.Json), part.Hash, scorer.OutputCount, holdOut.RowNumbers, scorer.Score(holdOut));
        RunRecord run = TestRuns.Claimed(pipeline, time.GetUtcNow(), order) with
        {
            SpecHash = await Put(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(spec))),
            DataVersion = default(ContentHash),
            SchemaHash = default(ContentHash),
            PreparedHash = await Put(CanonicalJson.Serialize(prepared, PipelineJson.Default.PreparedData)),
            Candidates = [new CandidateRecord("linear", "linear", model.Hash, model.Metrics)],
            Chosen = "linear",
            HoldOut = new HoldOutRecord(holdOut.RowCount, await Put(CanonicalJson.Serialize(scores, PipelineJson.Default.HoldOutScores)), model.Metrics, null, null),
        };
        Assert.True(await new RunLog(storage, time).TryClaimAsync(run, CancellationToken.None));
        return run;
    }

    /// <summary>Registers an evaluated run's model and lets the gates decide.</summary>
    public static async Task<bool> PromoteAsync(IPipelineStorage storage, TimeProvider time, RunRecord run)
    {
        await RegisterAsync(storage, time, run);
        return await DecideAsync(storage, time, run);
    }

    public static Task<int> RegisterAsync(IPipelineStorage storage, TimeProvider time, RunRecord run) => new RegisterStep(
        new StepRunner(new RunLog(storage, time), time, new PipelineOptions()), new SpecCatalog(storage), new ModelRegistry(storage, time), time).RunAsync(run.Ref, CancellationToken.None);

    /// <summary>Lets the gates decide on a run whose model is registered.</summary>
    public static async Task<bool> DecideAsync(IPipelineStorage storage, TimeProvider time, RunRecord run)
    {
        var runner = new StepRunner(new RunLog(storage, time), time, new PipelineOptions());
        var specs = new SpecCatalog(storage);
        var registry = new ModelRegistry(storage, time);
        var gates = new GateKeeper(storage, specs, new PreparedDataReader(storage), registry, new HoldOutEvaluator(storage), new PipelineOptions());
        return await new PromoteStep(runner, storage, specs, registry, gates).RunAsync(run.Ref, CancellationToken.None);
    }
}
