using System.Text.Json;
using MlServerless.Functions.Activities;
using MlServerless.Pipelines.Batches;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Uploads;
using MlServerless.Worker;

namespace MlServerless.Functions.Telemetry;

/// <summary>
/// The trace of a run. Its id is the run's id, so upload, orchestration and activities are in one trace whichever process they run in, and whoever has a run's
/// id has its trace. The host passes no trace on, so this is the only thread there is.
/// </summary>
internal static class RunTrace
{
    /// <summary>The W3C traceparent of the run that something belongs to: an activity's input, a message, or an orchestration's instance id; null where there is none.</summary>
    public static string? ParentOf(object trigger) => trigger switch
    {
        RunRef run => OfRun(run.RunId),
        PartInput input => OfRun(input.Run.RunId),
        CheckInput input => OfRun(input.Run.RunId),
        CandidateInput input => OfRun(input.Run.RunId),
        EvaluateInput input => OfRun(input.Run.RunId),
        FailInput input => OfRun(input.Run.RunId),
        BatchRef batch => OfRun(batch.BatchId),
        BatchPartInput input => OfRun(input.Batch.BatchId),
        BatchFailInput input => OfRun(input.Batch.BatchId),
        string instance => instance.Length >= 34 ? OfRun(instance[..34]) : null,
        QueueMessage message => OfMessage(message.Text),
        _ => null,
    };

    public static string? OfRun(string runId) => RunId.IsValid(runId) || BatchRef.IsId(runId) ? $"00-{runId[2..]}-{runId[2..18]}-01" : null;

    private static string? OfMessage(string text)
    {
        try
        {
            if (text.Contains("\"kind\"", StringComparison.Ordinal))
                return Command.Parse(text) is var command && (command.Run?.RunId ?? command.Batch?.BatchId) is { } id ? OfRun(id) : null;
            return UploadEventParser.Parse(text) is [{ ETag: { } etag } upload] && upload.Blob.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash
                ? OfRun(RunId.ForUpload(upload.Blob[..slash], upload.Url, etag))
                : null;
        }
        catch (JsonException)
        {
            // The function says what is wrong with it.
            return null;
        }
    }
}
