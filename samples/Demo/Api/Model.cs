namespace MlServerless.Demo.Api;

/// <param name="Aliases">Alias, e.g. <c>champion</c> → version.</param>
internal sealed record Model(string Name, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<ModelVersion> Versions);
