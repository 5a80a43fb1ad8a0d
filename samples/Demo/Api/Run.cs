namespace MlServerless.Demo.Api;

/// <summary>What <c>GET /api/runs/{id}</c> says, as far as the demo shows it.</summary>
/// <param name="Progress">Step under way → fraction done.</param>
internal sealed record Run(
    string Id,
    string Pipeline,
    string Status,
    string? Stage,
    IReadOnlyList<RunStage>? Stages,
    IReadOnlyDictionary<string, double>? Progress,
    RunSource? Source,
    string? DataVersion,
    RunReport? Report,
    IReadOnlyList<RunCandidate>? Candidates,
    string? Chosen,
    RunHoldOut? HoldOut,
    RunModel? Model,
    RunPromotion? Promotion,
    RunError? Error)
{
    public bool HasEnded => Status is not ("claimed" or "running");
}
