namespace MlServerless.Demo.Api;

internal sealed record PipelineSaved(string Name, string Etag, string SpecHash);
