using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Functions.Http;
using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Cards;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.OpenApi;

/// <summary>Schemas by name.</summary>
internal static class Components
{
    public static JsonObject All() => new()
    {
        ["Problem"] = Schema.Of(
            ("type", Schema.Text), ("title", Schema.Text), ("status", Schema.Whole), ("detail", Schema.Text), ("errors?", Schema.ArrayOf(Schema.Of(("path", Schema.Text), ("message", Schema.Text))))),
        ["TextError"] = Schema.Of(("error", Schema.Text)),
        ["MlflowError"] = Schema.Of(("error_code", Schema.Text), ("message", Schema.Text)),
        ["Actor"] = Schema.Of(("who?", Schema.Text), ("why", Schema.Text)),
        ["Run"] = Run(),
        ["RunManifest"] = RecordSchema.Of<RunManifest>(),
        ["RunStages"] = RecordSchema.Of<RunRecord>()["properties"]!["stages"]!.DeepClone(),
        ["RunDiff"] = RecordSchema.Of<RunDiff>(),
        ["StartedRun"] = Schema.Of(("runId", Schema.RunId), ("pipeline", Schema.Name), ("status", Status()), ("dataVersion", Schema.OrNull(Schema.Hash))),
        ["CheckReport"] = RecordSchema.Of<CheckReport>(),
        ["DataVersion"] = Schema.Changed(
            RecordSchema.Of<DataVersionRecord>(), ["order"], ("pipeline", Schema.Name), ("manifest", RecordSchema.Of<DataVersionManifest>())),
        ["DataSchema"] = RecordSchema.Of<DataSchema>(),
        ["DataReport"] = RecordSchema.Of<DataReport>(),
        ["DataDiff"] = RecordSchema.Of<DataDiffReport>(),
        ["Arrival"] = Arrival(),
        ["RejectedUpload"] = RecordSchema.Of<RejectedUpload>(),
        ["Alert"] = Schema.Changed(RecordSchema.Of<Alert>(), ["announced"], ("state", Schema.OneOf("open", "resolved"))),
        ["Erasure"] = Schema.Changed(RecordSchema.Of<ErasureRecord>(), ["keys", "doneThrough", "ref"]),
        ["ModelVersion"] = Version(),
        ["NamedVersion"] = Schema.Changed(Version(), [], ("model", Schema.Name), ("aliases", Schema.ArrayOf(Schema.Name))),
        ["Alias"] = Schema.Of(
            ("model", Schema.Name), ("alias", Schema.Name), ("version", Schema.Whole), ("hash", Schema.Hash), ("since", Schema.Time), ("runId", Schema.OrNull(Schema.Text)), ("logSequence", Schema.OrNull(Schema.Whole)), ("etag", Schema.Text)),
        ["LogEntry"] = Schema.Changed(
            RecordSchema.Of<PromotionLogEntry>(), ["previous"], ("hash", Schema.Hash), ("previous", new JsonObject { ["type"] = "string", ["pattern"] = "^([0-9a-f]{64})?$", ["description"] = "The hash of the entry before; empty for the first." })),
        ["ChainVerification"] = RecordSchema.Of<ChainVerification>(),
        ["ModelCard"] = RecordSchema.Of<ModelCard>(),
        ["DriftReport"] = Schema.Changed(
            RecordSchema.Of<DriftReport>(), [], ("reportHash", Schema.Hash), ("createdAt", Schema.Time), ("trigger", Schema.Text), ("action?", DriftAction())),
        ["Prediction"] = Prediction(),
        ["Predictions"] = Schema.Of(
            ("model", Schema.Name),
            ("version", Schema.Whole),
            ("modelHash", Schema.Hash),
            ("schemaHash", Schema.Hash),
            ("degraded?", Schema.Flag),
            ("predictions", Schema.ArrayOf(Schema.Ref("Prediction"))),
            ("warnings?", Schema.ArrayOf(Schema.Of(("row", Schema.Whole), ("column", Schema.Text), ("code", Schema.Text), ("message", Schema.Text))))),
        ["Tensor"] = Schema.Of(("name", Schema.Text), ("shape", Schema.ArrayOf(Schema.Whole)), ("datatype", Schema.Text), ("parameters?", Schema.Any), ("data", Schema.ArrayOf(Schema.Any))),
        ["TensorMetadata"] = Schema.Of(("name", Schema.Text), ("datatype", Schema.Text), ("shape", Schema.ArrayOf(Schema.Whole))),
    };

    public static JsonObject Status() => RecordSchema.Of<RunStatus>();

    public static JsonObject DriftAction() => Schema.Of(("kind", Schema.Text), ("reason", Schema.OrNull(Schema.Text)), ("runId", Schema.OrNull(Schema.Text)));

    private static JsonObject Run() => Schema.Changed(RecordSchema.Of<RunRecord>(), Views.Internal);

    private static JsonObject Version() => Schema.Changed(RecordSchema.Of<ModelVersion>(), ["dataOrder", "model"], ("runId", Schema.Text));

    private static JsonObject Prediction() => Schema.Of(
        ("id?", Schema.Text),
        ("value?", Schema.Number),
        ("label?", Schema.Text),
        ("probability?", Schema.Number),
        ("probabilities?", Schema.MapOf(Schema.Number)),
        ("explanation?", Schema.Of(
            ("rawScore", Schema.Number), ("base", Schema.Number), ("contributions", Schema.ArrayOf(Schema.Of(("column", Schema.Text), ("value", Schema.Number)))))));

    private static JsonObject Arrival() => Schema.Of(
        ("id", Schema.Hash),
        ("arrivedAt", Schema.Time),
        ("upload", Schema.Of(("blob", Schema.Text), ("etag", Schema.Text), ("versionId", Schema.OrNull(Schema.Text)), ("bytes", Schema.OrNull(Schema.Whole)))),
        ("bytes", Schema.Whole),
        ("parts", Schema.Whole),
        ("verdict", Schema.OneOf("passed", "blocked", "unchecked")),
        ("check", Schema.OrNull(Schema.Of(
            ("dataVersion", Schema.Hash),
            ("runId", Schema.Text),
            ("rows", Schema.Whole),
            ("rejectedRows", Schema.Whole),
            ("uploadRows", Schema.OrNull(Schema.Whole)),
            ("entersWindows", Schema.Flag),
            ("reportHash", Schema.Hash),
            ("schemaHash", Schema.OrNull(Schema.Hash)),
            ("profileHash", Schema.OrNull(Schema.Hash))))),
        ("window", Schema.OrNull(Schema.Of(
            ("window", Schema.Text), ("dataVersion", Schema.Hash), ("uploads", Schema.Whole), ("from", Schema.Time), ("to", Schema.Time), ("composition", Schema.Hash), ("newest", Schema.ArrayOf(Schema.Hash))))),
        ("runs", Schema.ArrayOf(Schema.Of(
            ("id", Schema.Text),
            ("status", Status()),
            ("trigger", Schema.Text),
            ("claimedAt", Schema.Time),
            ("endedAt", Schema.OrNull(Schema.Time)),
            ("dataVersion", Schema.OrNull(Schema.Hash)),
            ("specHash", Schema.OrNull(Schema.Hash))))),
        ("models", Schema.ArrayOf(Schema.Of(
            ("name", Schema.Name), ("version", Schema.Whole), ("hash", Schema.Hash), ("runs", Schema.ArrayOf(Schema.Text)), ("promoted", Schema.Flag), ("isChampion", Schema.Flag)))),
        ("opaque?", Schema.Of(("mediaType", Schema.Text), ("sha256", Schema.Hash))),
        ("replaces?", Schema.ArrayOf(Schema.Hash)),
        ("removed?", Schema.Of(("reason", Schema.Text), ("at", Schema.Time), ("replacedBy", Schema.OrNull(Schema.Hash)))));
}
