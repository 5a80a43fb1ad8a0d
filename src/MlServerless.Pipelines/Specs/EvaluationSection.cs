using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the section <c>evaluation</c>.</summary>
internal static class EvaluationSection
{
    private const int MaxSlices = 20;

    public static EvaluationSpec Read(SpecReader reader)
    {
        var defaults = new EvaluationSpec();
        var evaluation = new EvaluationSpec
        {
            Slices = reader.Strings("slices", MaxSlices) ?? [],
            Threshold = reader.Number("threshold", 0.001, 0.999) ?? defaults.Threshold,
            MinSliceRows = (int)(reader.Integer("minSliceRows", 10, 1_000_000_000) ?? defaults.MinSliceRows),
            Confidence = reader.Number("confidence", 0.5, 0.9999) ?? defaults.Confidence,
        };
        reader.RefuseUnknown();
        return evaluation;
    }

    /// <summary>What goes with the label and the task is known once all has been read.</summary>
    public static void CheckTogether(PipelineSpec spec, List<ProblemDetail> errors)
    {
        if (spec.Evaluation.Slices.Contains(spec.Label, StringComparer.Ordinal))
            errors.Add(new ProblemDetail("$.evaluation.slices", $"names the label '{spec.Label}': rows of one label cannot be told apart by it. Remove it."));
        foreach (string name in spec.Evaluation.Slices)
        {
            if (spec.Columns.TryGetValue(name, out ColumnSchema? column) && (column.Type is ColumnType.Text or ColumnType.Ignored))
                errors.Add(new ProblemDetail("$.evaluation.slices", $"names '{name}', which is declared as {(column.Type == ColumnType.Text ? "text" : "ignored")}: slices are made of numbers, dates, booleans and categories."));
        }

        if (spec.Task != LearningTask.Binary && spec.Evaluation.Threshold != new EvaluationSpec().Threshold)
            errors.Add(new ProblemDetail("$.evaluation.threshold", "goes with task binary only; remove it."));
        if (spec.Task != LearningTask.Binary && spec.Problem?.Costs is not null)
            errors.Add(new ProblemDetail("$.problem.costOfErrors", "has costs of false positives and negatives, which go with task binary only; describe the cost in note."));
    }
}
