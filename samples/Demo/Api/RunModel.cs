namespace MlServerless.Demo.Api;

internal sealed record RunModel(string Name, int Version, string Hash);
