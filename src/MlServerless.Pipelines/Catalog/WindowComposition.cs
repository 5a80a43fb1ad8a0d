namespace MlServerless.Pipelines.Catalog;

/// <summary>Which uploads a window holds, in the serial order of the data; identified by the hash of its canonical JSON.</summary>
public sealed record WindowComposition(string Window, IReadOnlyList<WindowMember> Uploads);
