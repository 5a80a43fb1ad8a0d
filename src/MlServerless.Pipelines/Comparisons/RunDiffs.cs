using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines.Comparisons;

/// <summary>Tells what differs between two runs.</summary>
public sealed class RunDiffs(IPipelineStorage storage, RunControl runs, SpecCatalog specs, PreparedDataReader prepared, HoldOutEvaluator evaluator, ModelImportances importances, HoldOutComparer comparer)
{
    /// <param name="a">The run that the other is compared with.</param>
    /// <param name="b">The other run.</param>
    /// <param name="cancellationToken">Ends the scoring.</param>
    /// <exception cref="ProblemException">400: not a run id; 404: no such run; 409: one has not ended; 422: they learn different things.</exception>
    public async Task<RunDiff> CompareAsync(string a, string b, CancellationToken cancellationToken)
    {
        RunRecord first = await RequireEndedAsync(a, cancellationToken), second = await RequireEndedAsync(b, cancellationToken);
        PipelineSpec? before = await FindSpecAsync(first, cancellationToken), after = await FindSpecAsync(second, cancellationToken);
        if (before is not null && after is not null)
            RequireSameTask(first, before, second, after);
        RunManifest then = await ManifestAsync(first, cancellationToken), now = await ManifestAsync(second, cancellationToken);
        RunSide mine = RunSide.Of(first), theirs = RunSide.Of(second);
        HoldOutComparison common = before is null || after is null
            ? HoldOutComparison.None("One of the runs ended before it had a spec.")
            : await comparer.CompareAsync(first, before, second, after, cancellationToken);
        return new RunDiff
        {
            A = mine,
            B = theirs,
            Data = await DataAsync(first, second, cancellationToken),
            Spec = await SpecAsync(first, second, cancellationToken),
            Code = Code(first, then, second, now, common),
            Stages = Stages(then, now),
            Evaluations = new Sides<IReadOnlyDictionary<string, MetricEstimate>?>(await EvaluationAsync(first, cancellationToken), await EvaluationAsync(second, cancellationToken)),
            HoldOut = common.HoldOut,
            Metrics = common.Metrics,
            Importance = mine.ModelHash is { } old && theirs.ModelHash is { } made
                ? Importance(await importances.FindAsync(old, cancellationToken), await importances.FindAsync(made, cancellationToken))
                : null,
            Predictions = common.Predictions,
        };
    }

    private async Task<RunRecord> RequireEndedAsync(string id, CancellationToken cancellationToken)
    {
        RunRecord run = await runs.RequireAsync(id, cancellationToken);
        return run.HasEnded
            ? run
            : throw new ProblemException(409, $"Run {id} is under way.", $"Compare it when it has ended: GET /api/runs/{id} tells its status.");
    }

    private static void RequireSameTask(RunRecord a, PipelineSpec first, RunRecord b, PipelineSpec second)
    {
        if (first.IsOpaque || second.IsOpaque)
            throw new ProblemException(422, "A run without rows does not compare.", $"Pipeline '{(first.IsOpaque ? a : b).Pipeline}' keeps its files as they are. Choose runs that train models.");
        if (first.Task != second.Task || first.Label != second.Label)
        {
            throw new ProblemException(
                422,
                "The runs learn different things.",
                $"Run {a.Id} is a {Show(first.Task)} on '{first.Label}', run {b.Id} a {Show(second.Task)} on '{second.Label}'. Choose runs of one task and one label.");
        }
    }

    private static string Show(LearningTask task) => task == LearningTask.Regression ? "regression" : task.ToString().ToLowerInvariant() + " classification";

    private async Task<PipelineSpec?> FindSpecAsync(RunRecord run, CancellationToken cancellationToken) =>
        run.SpecHash is { } hash ? await specs.ReadPinnedAsync(hash, cancellationToken) : null;

    /// <summary>What was stored as the run ended; of runs without, what their record tells of stages.</summary>
    private async Task<RunManifest> ManifestAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (run.ManifestHash is not { } hash)
            return RunManifest.Of(run, null) with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) };
        return JsonSerializer.Deserialize(await storage.Content.ReadAsync(hash, cancellationToken), PipelineJson.Default.RunManifest)!;
    }

    private async Task<DataDifference> DataAsync(RunRecord a, RunRecord b, CancellationToken cancellationToken)
    {
        DataSide then = await DataSideAsync(a, cancellationToken), now = await DataSideAsync(b, cancellationToken);
        bool same = a.DataVersion is not null && a.DataVersion == b.DataVersion;
        IReadOnlyList<SchemaChange>? schema = a.SchemaHash is { } old && b.SchemaHash is { } made
            ? SchemaDiff.Compare(DataSchema.Parse(await storage.Content.ReadAsync(old, cancellationToken)), DataSchema.Parse(await storage.Content.ReadAsync(made, cancellationToken)))
            : null;
        if (a.SketchHash is not { } first || b.SketchHash is not { } second)
            return new DataDifference(same, then, now, schema, null, "One of the runs recorded no distributions of its data.");
        try
        {
            TableSketch reference = TableSketch.Parse(await storage.Content.ReadAsync(first, cancellationToken));
            TableSketch current = TableSketch.Parse(await storage.Content.ReadAsync(second, cancellationToken));
            bool Both(ColumnSketch column) => reference.Find(column.Name)?.Type == column.Type && current.Find(column.Name)?.Type == column.Type;
            TableSketch shared = reference.Where(Both);
            return shared.Columns.Count == 0
                ? new DataDifference(same, then, now, schema, null, "The data have no column of the same name and type.")
                : new DataDifference(same, then, now, schema, DriftCalculator.Compare(shared, current.Where(Both), new DriftOptions()), null);
        }
        catch (ContentMissingException)
        {
            return new DataDifference(same, then, now, schema, null, "The distributions of one of the data versions are no longer kept.");
        }
    }

    private async Task<DataSide> DataSideAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (run.PreparedHash is null)
            return new DataSide(run.DataVersion, run.SchemaHash, null, null, null);
        try
        {
            PreparedData data = await prepared.ReadAsync(run, cancellationToken);
            return new DataSide(run.DataVersion, run.SchemaHash, data.Train.Rows, data.Validation.Rows, data.HoldOut.Rows);
        }
        catch (ContentMissingException)
        {
            return new DataSide(run.DataVersion, run.SchemaHash, null, null, null);
        }
    }

    private async Task<SpecDifference> SpecAsync(RunRecord a, RunRecord b, CancellationToken cancellationToken) => new(
        a.SpecHash is not null && a.SpecHash == b.SpecHash,
        new Sides<ContentHash?>(a.SpecHash, b.SpecHash),
        a.SpecHash is { } first && b.SpecHash is { } second
            ? SpecChanges.Compare(await storage.Content.ReadAsync(first, cancellationToken), await storage.Content.ReadAsync(second, cancellationToken))
            : null);

    private static CodeDifference Code(RunRecord a, RunManifest then, RunRecord b, RunManifest now, HoldOutComparison common)
    {
        static string? Build(RunManifest manifest) => manifest.Stages.Select(stage => stage.Inputs.GetValueOrDefault(StageKey.CodeField)).FirstOrDefault(code => code is not null);
        (string Name, string? A, string? B)[] all =
        [
            ("app", a.CodeVersion, b.CodeVersion),
            ("build", Build(then), Build(now)),
            ("host", a.HostVersion, b.HostVersion),
            .. then.Environment.Keys.Union(now.Environment.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Select(name => (name, then.Environment.GetValueOrDefault(name), now.Environment.GetValueOrDefault(name))),
            .. common.Algorithms.Select(algorithm => (algorithm.Name, algorithm.A, algorithm.B)),
        ];
        NamedChange[] changes = [.. all.Where(part => part.A != part.B).Select(part => new NamedChange(part.Name, part.A, part.B))];
        return new CodeDifference(changes.Length == 0, changes);
    }

    internal static IReadOnlyList<StageDifference> Stages(RunManifest a, RunManifest b)
    {
        var differences = new List<StageDifference>();
        foreach (ManifestStage stage in a.Stages.Concat(b.Stages.Where(own => Find(a, own) is null)))
        {
            ManifestStage? then = Find(a, stage), now = Find(b, stage);
            if (then is null || now is null)
            {
                differences.Add(new StageDifference(stage.Stage, stage.Part, then is null ? "b" : "a", false, [], []));
                continue;
            }

            IReadOnlyList<string> outputs = [.. then.Outputs.Keys.Union(now.Outputs.Keys, StringComparer.Ordinal)
                .Where(name => !then.Outputs.TryGetValue(name, out ContentHash old) || !now.Outputs.TryGetValue(name, out ContentHash made) || old != made)
                .Order(StringComparer.Ordinal)];
            differences.Add(new StageDifference(stage.Stage, stage.Part, "both", outputs.Count == 0, StageCache.Differing(then.Inputs, now.Inputs), outputs));
        }

        return [.. differences.OrderBy(difference => RunManifest.Order(difference.Stage))];

        static ManifestStage? Find(RunManifest manifest, ManifestStage stage) => manifest.Stages.FirstOrDefault(other => other.Stage == stage.Stage && other.Part == stage.Part);
    }

    private async Task<IReadOnlyDictionary<string, MetricEstimate>?> EvaluationAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (run.HoldOut?.EvaluationHash is not { } hash)
            return null;
        try
        {
            return (await evaluator.ReadAsync(hash, cancellationToken)).Metrics;
        }
        catch (ContentMissingException)
        {
            return null;
        }
    }

    internal static IReadOnlyList<ImportanceDifference>? Importance(ModelImportance? a, ModelImportance? b)
    {
        if (a is null || b is null)
            return null;
        Dictionary<string, double> then = Shares(a), now = Shares(b);
        return
        [
            .. then.Keys.Union(now.Keys, StringComparer.Ordinal)
                .Select(name => new ImportanceDifference(
                    name,
                    then.TryGetValue(name, out double old) ? old : null,
                    now.TryGetValue(name, out double made) ? made : null,
                    now.GetValueOrDefault(name) - then.GetValueOrDefault(name)))
                .OrderByDescending(difference => Math.Abs(difference.Change))
                .ThenBy(difference => difference.Column, StringComparer.Ordinal),
        ];
    }

    private static Dictionary<string, double> Shares(ModelImportance importance)
    {
        double all = 0;
        foreach (InputImportance input in importance.Inputs)
            all += input.MeanAbsolute;
        return importance.Inputs.ToDictionary(input => input.Name, input => all == 0 ? 0 : input.MeanAbsolute / all, StringComparer.Ordinal);
    }
}
