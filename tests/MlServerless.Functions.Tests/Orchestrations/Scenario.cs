using MlServerless.Data;
using MlServerless.Functions.Orchestrations;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Functions.Tests.Orchestrations;

/// <summary>What the activities of an orchestration give, call after call; where nothing is said, what they give in a run without a window.</summary>
internal sealed class Scenario(string orchestrator, string name, params (string Activity, Answer[] Answers)[] special)
{
    private const string Whole = """{"candidates":["linear","trees"],"isWindowed":false,"isOpaque":false,"isCheckedOnly":false,"isVerification":false}""";
    private static readonly Answer No = new("false"), Yes = new("true");
    private static readonly Answer Stale = Answer.Failed(typeof(StaleRunException).FullName!, "Run t-1 attempt 1 is over: it has ended as Cancelled.");
    private static readonly Answer Fault = Answer.Failed("Azure.RequestFailedException", "The server is busy.");
    private static readonly Answer Broken = Answer.Failed("MlServerless.Learning.TrainingException", "All labels are the same.");
    private static readonly Answer BackOff = Answer.Failed(typeof(StepBackOffException).FullName!, "Step 'prepare' has killed the process twice.");

    private readonly Dictionary<string, int> asked = new(StringComparer.Ordinal);

    public string Orchestrator => orchestrator;

    public string Name => name;

    /// <summary>Every way that a released orchestrator can go.</summary>
    public static IEnumerable<Scenario> All()
    {
        foreach (string training in (string[])[nameof(TrainingPipeline), nameof(TrainingPipelineV2)])
        {
            yield return new(training, "whole");
            yield return new(training, "known-parts", ("Pin", [Pinned("\"parts\":3")]));
            yield return new(training, "window", ("Pin", [Pinned("\"isWindowed\":true")]), ("AwaitChecks", [No, No, Yes]), ("AwaitTurn", [No, Yes]));
            yield return new(training, "opaque", ("Pin", [Pinned("\"isOpaque\":true")]));
            yield return new(training, "rejected-at-ingest", ("Ingest", [new("null")]));
            yield return new(training, "rejected-at-check", ("Check", [No]));
            yield return new(training, "faults", ("Ingest", [Fault, Fault, new("2")]), ("Train", [Fault]), ("Promote", [Fault, Yes]));
            yield return new(training, "back-off", ("Prepare", [BackOff, BackOff, Yes]));
            yield return new(training, "failed", ("Train", [Broken, Broken]));
            yield return new(training, "stale", ("Evaluate", [Stale]));
        }

        yield return new(nameof(TrainingPipelineV2), "checked-only", ("Pin", [Pinned("\"isCheckedOnly\":true")]));
        yield return new(nameof(TrainingPipelineV2), "verification", ("Pin", [Pinned("\"parts\":2,\"isVerification\":true")]));
        yield return new(nameof(TrainingPipelineV2), "verification-rejected", ("Pin", [Pinned("\"parts\":2,\"isVerification\":true")]), ("Check", [No]));
        yield return new(nameof(TrainingPipelineV2), "damaged", ("Pin", [Pinned("\"parts\":2,\"isVerification\":true")]), ("VerifyContent", [No]));
        yield return new(nameof(BatchPipelineV1), "whole");
        yield return new(nameof(BatchPipelineV1), "many-parts", ("PlanBatch", [new("103")]));
        yield return new(nameof(BatchPipelineV1), "faults", ("PlanBatch", [Fault, new("2")]), ("ScoreBatchPart", [Fault]), ("FinishBatch", [Fault, Yes]));
        yield return new(nameof(BatchPipelineV1), "ended-before", ("PlanBatch", [new("0")]));
        yield return new(nameof(BatchPipelineV1), "ended-meanwhile", ("ScoreBatchPart", [Yes, No]));
        yield return new(nameof(BatchPipelineV1), "failed", ("PlanBatch", [Broken]));
        yield return new(nameof(PromotionPipelineV1), "whole");
        yield return new(nameof(PromotionPipelineV1), "faults", ("Promote", [Fault, Yes]), ("Complete", [Fault, Yes]));
        yield return new(nameof(PromotionPipelineV1), "failed", ("Promote", [Broken]));
        yield return new(nameof(PromotionPipelineV1), "stale", ("Promote", [Stale]));
    }

    public Answer Next(string activity)
    {
        int call = asked.GetValueOrDefault(activity);
        asked[activity] = call + 1;
        Answer[]? own = special.FirstOrDefault(entry => entry.Activity == activity).Answers;
        return own is not null && call < own.Length ? own[call] : Usual(activity, call);
    }

    private static Answer Pinned(string member) => new(member.Contains("isOpaque", StringComparison.Ordinal)
        ? """{"candidates":[],"isOpaque":true}"""
        : $$"""{"candidates":["linear","trees"],{{member}}}""");

    private static Answer Usual(string activity, int call) => activity switch
    {
        "Pin" => new(Whole),
        "Ingest" or "PlanBatch" => new("2"),
        "ScanPart" => new($"\"{ContentHash.Of([(byte)call]).Hex}\""),
        "Compose" => new($$"""{"scans":["{{ContentHash.Of([100]).Hex}}",null]}"""),
        "Train" => new($$"""{"name":"{{(call % 2 == 0 ? "linear" : "trees")}}","trainer":"linear","modelHash":"{{ContentHash.Of([200, (byte)call]).Hex}}","metrics":{"auc":0.75} }"""),
        "Package" => new("1234"),
        "Register" => new("1"),
        _ => Yes,
    };
}
