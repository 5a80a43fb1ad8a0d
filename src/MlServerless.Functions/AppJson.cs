using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MlServerless.Data;
using MlServerless.Functions.Activities;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Steps;

namespace MlServerless.Functions;

/// <summary>What travels between host, orchestrations and activities.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(RunRef))]
[JsonSerializable(typeof(PinResult))]
[JsonSerializable(typeof(PartInput))]
[JsonSerializable(typeof(ComposeResult))]
[JsonSerializable(typeof(CheckInput))]
[JsonSerializable(typeof(CandidateInput))]
[JsonSerializable(typeof(EvaluateInput))]
[JsonSerializable(typeof(FailInput))]
[JsonSerializable(typeof(BatchRef))]
[JsonSerializable(typeof(BatchPartInput))]
[JsonSerializable(typeof(BatchFailInput))]
[JsonSerializable(typeof(CandidateRecord))]
[JsonSerializable(typeof(ContentHash))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
internal sealed partial class AppJson : JsonSerializerContext;
