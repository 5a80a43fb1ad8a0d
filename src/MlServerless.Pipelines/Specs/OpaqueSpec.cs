using MlServerless.Learning;
using MlServerless.Pipelines.Problems;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads the spec of a pipeline whose files have no rows.</summary>
internal static class OpaqueSpec
{
    private static readonly string[] AboutRows = ["task", "label", "positiveClass", "key", "delimiter", "columns", "features", "text", "split", "candidates", "metric", "gates", "checks", "monitoring", "canary", "mode", "schedule", "seed"];

    public static PipelineSpec Read(SpecReader reader, DataSpec data, List<ProblemDetail> errors)
    {
        foreach (string field in AboutRows.Where(field => reader.Find(field) is not null))
            reader.Fail(field, "is about rows or models, and the files of this pipeline are opaque. Remove it, or set data.format to auto, csv or ndjson.");
        if (data.Window.Kind != WindowKind.Latest)
            reader.Object("data").Fail("window", "is set, but files that are opaque are not trained on. Remove it, or set data.format to auto, csv or ndjson.");
        SourceSpec? source = SourceSection.Read(reader);
        if (source?.Freshness is not null)
            reader.Object("source").Fail("freshness", "is about data to train on, but the files of this pipeline are opaque. Remove it; expectedEvery tells of uploads that do not come.");
        var spec = new PipelineSpec
        {
            Description = reader.String("description", 4000),
            Task = LearningTask.Binary,
            Label = "",
            Candidates = [],
            Metric = "",
            Data = data,
            Retention = RetentionSection.Read(reader.Object("retention")),
            Source = source,
            Consumers = ConsumersSection.Read(reader, errors),
        };
        reader.RefuseUnknown();
        return spec;
    }
}
