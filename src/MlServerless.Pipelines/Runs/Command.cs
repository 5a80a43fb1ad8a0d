using System.Text.Json;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Runs;

/// <summary>A message on the queue of commands.</summary>
/// <param name="Kind"><see cref="Start"/>, <see cref="Erase"/> or <see cref="Score"/>.</param>
/// <param name="Run">The attempt at a run that is to start.</param>
/// <param name="Erasure">The erasure that is to go on.</param>
/// <param name="Batch">The attempt at a batch job that is to start.</param>
public sealed record Command(string Kind, RunRef? Run = null, ErasureRef? Erasure = null, BatchRef? Batch = null)
{
    public const string Start = "start";
    public const string Erase = "erase";
    public const string Score = "score";

    public string ToJson() => JsonSerializer.Serialize(this, PipelineJson.Default.Command);

    /// <exception cref="JsonException">The message is no command.</exception>
    public static Command Parse(string message)
    {
        Command? command = JsonSerializer.Deserialize(message, PipelineJson.Default.Command);
        bool known = command switch
        {
            { Kind: Start, Run: { Attempt: > 0 } run } => PipelineName.IsValid(run.Pipeline) && RunId.IsValid(run.RunId),
            { Kind: Erase, Erasure: { } erasure } => PipelineName.IsValid(erasure.Pipeline) && ErasureRef.IsId(erasure.ErasureId),
            { Kind: Score, Batch: { Attempt: > 0 } batch } => BatchRef.IsId(batch.BatchId),
            _ => false,
        };
        return known
            ? command!
            : throw new JsonException("The message is no command that this app knows: expected {\"kind\":\"start\",\"run\":{…}}, {\"kind\":\"erase\",\"erasure\":{…}} or {\"kind\":\"score\",\"batch\":{…}}.");
    }
}
