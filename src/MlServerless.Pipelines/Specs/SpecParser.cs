using System.Globalization;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads and validates pipeline specs. All faults are reported at once, each with its JSON path.</summary>
public static class SpecParser
{
    /// <summary>Greatest size of a spec in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <exception cref="ProblemException">400: the spec is not valid; <see cref="ProblemException.Errors"/> holds every fault.</exception>
    public static PipelineSpec Parse(ReadOnlySpan<byte> utf8Json)
    {
        if (utf8Json.Length > MaxBytes)
            throw ProblemException.BadRequest("The pipeline spec is too large.", $"A spec has at most {MaxBytes} bytes, this one has {utf8Json.Length}.");
        var errors = new List<ProblemDetail>();
        PipelineSpec spec;
        try
        {
            // A spec is pinned in canonical form, so what has none (half of a surrogate pair, 1e999) is refused here, whichever field holds it.
            CanonicalJson.Canonicalize(utf8Json);
            var options = new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false };
            using JsonDocument document = JsonDocument.Parse(utf8Json.ToArray(), options);
            spec = Read(document.RootElement, errors);
        }
        catch (JsonException exception)
        {
            string fault = JsonFault.Describe(exception);
            throw ProblemException.BadRequest("The pipeline spec is not valid JSON.", fault + " Mend it there and send the spec again.", [new ProblemDetail("$", fault)]);
        }

        return errors.Count == 0
            ? spec
            : throw ProblemException.BadRequest("The pipeline spec is not valid.", $"{errors.Count} fault(s); mend each one listed and send the spec again.", errors);
    }

    private static PipelineSpec Read(JsonElement root, List<ProblemDetail> errors)
    {
        var reader = new SpecReader(root, "$", errors);
        if (!reader.IsObject)
            reader.Fail(null, "a pipeline spec is a JSON object.");
        reader.Find("$schema");
        DataSpec data = DataSection.Read(reader.Object("data"));
        return data.Format == FileFormat.Opaque ? OpaqueSpec.Read(reader, data, errors) : ReadTabular(reader, data, errors);
    }

    private static PipelineSpec ReadTabular(SpecReader reader, DataSpec data, List<ProblemDetail> errors)
    {
        LearningTask task = ReadTask(reader);
        IReadOnlyList<string> key = reader.Strings("key", 16) ?? [];
        string label = reader.RequiredString("label", "the name of the column to predict");
        var spec = new PipelineSpec
        {
            Description = reader.String("description", 4000),
            Task = task,
            Label = label,
            PositiveClass = reader.String("positiveClass"),
            Key = key,
            Delimiter = ReadDelimiter(reader),
            Data = data,
            Columns = ColumnsSection.Read(reader.Object("columns")),
            Features = ReadFeatures(reader.Object("features")),
            Text = TextSection.Read(reader.Object("text")),
            Split = ReadSplit(reader.Object("split")),
            Candidates = CandidatesSection.Read(reader, errors),
            Metric = ReadMetric(reader, task),
            Problem = ProblemSection.Read(reader),
            Evaluation = EvaluationSection.Read(reader.Object("evaluation")),
            Gates = GatesSection.Read(reader.Object("gates"), task, errors),
            Checks = CheckSection.Read(reader.Object("checks"), errors),
            Monitoring = MonitoringSection.Read(reader.Object("monitoring")),
            Canary = CanarySection.Read(reader.Object("canary"), key),
            Retention = RetentionSection.Read(reader.Object("retention")),
            Source = SourceSection.Read(reader),
            Consumers = ConsumersSection.Read(reader, errors),
            Mode = ModeField.Read(reader),
            Schedule = ScheduleSection.Read(reader.Object("schedule")),
            Seed = (ulong)(reader.Integer("seed", 0, 9_007_199_254_740_991) ?? 1),
        };
        reader.RefuseUnknown();
        CheckTogether(spec, reader);
        CheckSection.CheckTogether(spec, errors);
        EvaluationSection.CheckTogether(spec, errors);
        GatesSection.CheckTogether(spec, errors);
        return spec;
    }

    private static LearningTask ReadTask(SpecReader reader)
    {
        string task = reader.RequiredString("task", "\"binary\", \"multiclass\" or \"regression\"");
        switch (task)
        {
            case "binary": return LearningTask.Binary;
            case "multiclass": return LearningTask.Multiclass;
            case "regression": return LearningTask.Regression;
            case "": break;
            default: reader.Fail("task", $"'{task}' is none of binary, multiclass, regression."); break;
        }

        return LearningTask.Binary;
    }

    private static char? ReadDelimiter(SpecReader reader)
    {
        string? text = reader.String("delimiter", 4);
        if (text is null)
            return null;
        char? delimiter = text switch { "," => ',', ";" => ';', "\t" or "tab" => '\t', "|" => '|', _ => null };
        if (delimiter is null)
            reader.Fail("delimiter", $"'{text}' is none of \",\", \";\", \"tab\", \"|\".");
        return delimiter;
    }

    private static FeatureSelection ReadFeatures(SpecReader reader)
    {
        var features = new FeatureSelection { Include = reader.Strings("include"), Exclude = reader.Strings("exclude") ?? [] };
        if (features.Include is { Count: 0 })
            reader.Fail("include", "is empty: no feature would be left. Leave it out to take all columns.");
        reader.RefuseUnknown();
        return features;
    }

    private static SplitSpec ReadSplit(SpecReader reader)
    {
        var defaults = new SplitSpec();
        var split = new SplitSpec
        {
            Salt = reader.String("salt", 64) ?? defaults.Salt,
            Validation = reader.Number("validation", 0.01, 0.9) ?? defaults.Validation,
            HoldOut = reader.Number("holdOut", 0.01, 0.9) ?? defaults.HoldOut,
        };
        if (split.Validation + split.HoldOut > 0.95)
            reader.Fail(null, "validation and holdOut together leave less than 5 % of the rows to train on; lower one of them.");
        reader.RefuseUnknown();
        return split;
    }

    private static string ReadMetric(SpecReader reader, LearningTask task)
    {
        string fallback = task switch { LearningTask.Binary => "auc", LearningTask.Multiclass => "logLoss", _ => "rmse" };
        string metric = reader.String("metric") ?? fallback;
        if (!Evaluation.MetricNames(task).Contains(metric, StringComparer.Ordinal))
            reader.Fail("metric", UnknownMetric(metric, task));
        return metric;
    }

    private static string UnknownMetric(string metric, LearningTask task) =>
        $"'{metric}' is no metric of a {JsonNamingPolicy.CamelCase.ConvertName(task.ToString())} task; use one of {string.Join(", ", Evaluation.MetricNames(task))}.";

    private static void CheckTogether(PipelineSpec spec, SpecReader reader)
    {
        DataSection.CheckTogether(spec, reader);
        if (spec.Task != LearningTask.Binary && spec.PositiveClass is not null)
            reader.Fail("positiveClass", "goes with task binary only; remove it.");
        if (spec.Key.Contains(spec.Label, StringComparer.Ordinal))
            reader.Fail("key", $"holds the label '{spec.Label}': the label cannot identify a row.");
        if (spec.Features.Include?.Contains(spec.Label, StringComparer.Ordinal) == true)
            reader.Fail("features", $"includes the label '{spec.Label}': a model that is given the answer learns nothing. Remove it.");
        foreach (string key in spec.Key.Where(key => spec.Features.Include?.Contains(key, StringComparer.Ordinal) == true))
            reader.Fail("features", $"includes the key column '{key}': keys identify rows and are never features. Remove it from one of them.");
        if (spec.Columns.TryGetValue(spec.Label, out ColumnSchema? label) && !LabelTypeFits(label.Type, spec.IsClassification))
            reader.Fail("columns", $"declares the label '{spec.Label}' as {JsonNamingPolicy.CamelCase.ConvertName(label.Type.ToString())}, which does not go with the task.");
    }

    private static bool LabelTypeFits(ColumnType type, bool classification) => classification
        ? type is ColumnType.Category or ColumnType.Boolean or ColumnType.Integer
        : type is ColumnType.Number or ColumnType.Integer;
}
