namespace MlServerless.Benchmarks.Serve;

/// <summary>How a server is started.</summary>
internal sealed record ServerCommand(string Name, string Program, string Folder, Func<int, IEnumerable<string>> Arguments, Func<int, IReadOnlyDictionary<string, string>> Variables);
