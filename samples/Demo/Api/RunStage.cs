namespace MlServerless.Demo.Api;

internal sealed record RunStage(string Name, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);
