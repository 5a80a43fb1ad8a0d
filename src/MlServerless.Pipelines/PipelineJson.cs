using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MlServerless.Data;
using MlServerless.Learning.Evaluations;

using MlServerless.Pipelines.Alerts;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Cards;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Comparisons;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;
using MlServerless.Pipelines.Monitoring.Capture.Rows;
using MlServerless.Pipelines.Monitoring.Challengers;
using MlServerless.Pipelines.Monitoring.Feedback;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Reports;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Pipelines;

/// <summary>How the records of this project are written as JSON, in rows, in the store and in queue messages.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(DoubleJsonConverter)], DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(Command))]
[JsonSerializable(typeof(CachedStage))]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(CandidateRecord))]
[JsonSerializable(typeof(ContentHash))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(LatencyRecord))]
[JsonSerializable(typeof(ScheduleState))]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(SplitSpec))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(HoldOutRecord))]
[JsonSerializable(typeof(RunStatus))]
[JsonSerializable(typeof(DataVersionManifest))]
[JsonSerializable(typeof(DataVersionRecord))]
[JsonSerializable(typeof(WindowComposition))]
[JsonSerializable(typeof(CachedScan))]
[JsonSerializable(typeof(RejectedUpload))]
[JsonSerializable(typeof(DataReport))]
[JsonSerializable(typeof(ErasureRef))]
[JsonSerializable(typeof(ErasureRecord))]
[JsonSerializable(typeof(IReadOnlyList<IReadOnlyList<string>>))]
[JsonSerializable(typeof(List<IReadOnlyList<string>>))]
[JsonSerializable(typeof(DataDiffReport))]
[JsonSerializable(typeof(RunDiff))]
[JsonSerializable(typeof(PreparedData))]
[JsonSerializable(typeof(HoldOutScores))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(GateEvidence))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(ModelVersion))]
[JsonSerializable(typeof(ModelAlias))]
[JsonSerializable(typeof(PromotionLogEntry))]
[JsonSerializable(typeof(RegistryHead))]
[JsonSerializable(typeof(ChainVerification))]
[JsonSerializable(typeof(PredictionSketch))]
[JsonSerializable(typeof(FeedbackEntry))]
[JsonSerializable(typeof(ContentHash))]
[JsonSerializable(typeof(IReadOnlyList<AssociationCounts>))]
[JsonSerializable(typeof(RetrainLog))]
[JsonSerializable(typeof(DriftReport))]
[JsonSerializable(typeof(DriftReportEntry))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertEvent))]
[JsonSerializable(typeof(BatchRecord))]
[JsonSerializable(typeof(BatchPlan))]
[JsonSerializable(typeof(CaptureSettings))]
[JsonSerializable(typeof(ChallengerComparison))]
public sealed partial class PipelineJson : JsonSerializerContext;
