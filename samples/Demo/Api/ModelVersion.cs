namespace MlServerless.Demo.Api;

internal sealed record ModelVersion(int Version, string Hash, string? Trainer, string? RunId);
