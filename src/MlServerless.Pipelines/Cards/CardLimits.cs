using System.Globalization;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Learning.Evaluations;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Cards;

/// <summary>Words what a model's figures say nothing of.</summary>
internal static class CardLimits
{
    private const int MostOfAKind = 8;
    private const double MissingGap = 0.05;

    public static IReadOnlyList<string> Of(ModelVersion version, PipelineSpec spec, EvaluationReport? evaluation, IReadOnlyList<CardInput> inputs)
    {
        var limits = new List<string>();
        if (spec.Problem?.Limits is { } known)
            limits.Add(known);
        if (evaluation is null)
        {
            limits.Add("Its evaluation is not kept: the version was made before there were any, or rows that it quotes were erased. Only the figures below remain.");
            return limits;
        }

        long measured = evaluation.Rows - evaluation.Unlabelled;
        if (evaluation.Unlabelled > 0)
            limits.Add($"{Figures.Count(evaluation.Unlabelled)} of {Figures.Count(evaluation.Rows)} rows of the hold-out have no label that the model knows; nothing is measured on them.");
        if (measured < 1000)
            limits.Add($"{Figures.Count(measured)} rows are few: look at the intervals rather than the figures.");
        foreach (ClassFigures rare in evaluation.Classes.Where(one => one.Rows < 30).Take(MostOfAKind))
            limits.Add($"Class '{rare.Label}' has {Figures.Count(rare.Rows)} rows in the hold-out: too few to say how well it is told from the others.");
        if (evaluation.Calibration is { Ece: { } ece, EceByChance: { } chance } && ece.Low > 2 * chance)
            limits.Add($"Its probabilities are not to be taken at their word: they are off by {Figures.Percent(ece.Value)} on average, where chance alone would make {Figures.Percent(chance)}.");
        limits.AddRange(Categories(inputs));
        limits.AddRange(Ranges(inputs));
        limits.AddRange(Missing(inputs));
        string[] empty = [.. evaluation.Slices.SelectMany(column => column.Slices).Where(slice => slice.Metrics.Count == 0 && slice.Slice.Kind == SliceKind.Value).Select(slice => slice.Slice.Label)];
        if (empty.Length > 0)
            limits.Add($"Too few rows to measure: {Join(empty)}.");
        limits.AddRange(evaluation.Slices.Where(column => column.Problem is not null).Select(column => $"Not sliced: {column.Problem}"));
        if (version.Task == LearningTask.Regression && !evaluation.Metrics.ContainsKey("mape"))
            limits.Add("Labels of 0 leave no relative error (MAPE).");
        return limits;
    }

    private static IEnumerable<string> Categories(IReadOnlyList<CardInput> inputs)
    {
        foreach (CardInput input in inputs.Where(input => input.HoldOut is { UnseenRows: > 0 }).Take(MostOfAKind))
            yield return $"'{input.Name}' has values that the model cannot tell apart, being rare or new, such as {Join([.. input.HoldOut!.UnseenValues.Select(value => $"'{Figures.Short(value, 40)}'")])} ({Figures.Count(input.HoldOut.UnseenRows)} rows of the hold-out).";
        foreach (CardInput input in inputs.Where(input => input is { Type: ColumnType.Category, HoldOut.Distinct: not null, Distinct: not null } && input.Distinct > input.HoldOut.Distinct).Take(MostOfAKind))
            yield return $"'{input.Name}' has {Figures.Count(input.Distinct!.Value)} values in the data and {Figures.Count(input.HoldOut!.Distinct!.Value)} in the hold-out: it was not tested on the others.";
    }

    private static IEnumerable<string> Ranges(IReadOnlyList<CardInput> inputs)
    {
        string[] narrower = [.. inputs
            .Where(input => input is { Type: ColumnType.Integer or ColumnType.Number or ColumnType.DateTime, HoldOut: { Min: not null, Max: not null }, Min: not null, Max: not null } && (input.HoldOut.Min > input.Min || input.HoldOut.Max < input.Max))
            .Select(input => $"{input.Name} {Figures.Value(input.HoldOut!.Min, input.Type)} to {Figures.Value(input.HoldOut.Max, input.Type)} (data: {Figures.Value(input.Min, input.Type)} to {Figures.Value(input.Max, input.Type)})")];
        if (narrower.Length > 0)
            yield return $"Tested within these ranges only, which are narrower than those of the data: {Join(narrower)}. Beyond the data's own ranges nothing is known.";
        else if (inputs.Any(input => input.Min is not null))
            yield return "Beyond the ranges of its inputs, which are listed below, nothing is known.";
    }

    private static IEnumerable<string> Missing(IReadOnlyList<CardInput> inputs)
    {
        string[] never = [.. inputs.Where(input => input.HoldOut is { MissingFraction: 0, TrainingMissingFraction: 0 }).Select(input => input.Name)];
        if (never.Length > 0)
            yield return $"Never missing in training or hold-out, so what happens without them was not tested: {Join(never)}.";
        foreach (CardInput input in inputs.Where(input => input.HoldOut is { } holdOut && Math.Abs(holdOut.MissingFraction - holdOut.TrainingMissingFraction) > MissingGap).Take(MostOfAKind))
            yield return $"'{input.Name}' is missing in {Figures.Percent(input.HoldOut!.MissingFraction)} of the hold-out, but in {Figures.Percent(input.HoldOut.TrainingMissingFraction)} of the training rows.";
    }

    private static string Join(IReadOnlyList<string> names) => names.Count <= MostOfAKind
        ? string.Join(", ", names)
        : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(MostOfAKind))} and {names.Count - MostOfAKind} more");
}
