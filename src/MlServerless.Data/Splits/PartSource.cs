namespace MlServerless.Data;

/// <summary>One part of a file, to be read.</summary>
/// <param name="Open">Opens its bytes.</param>
/// <param name="Format">How the file is written.</param>
/// <param name="HasHeader">Whether it is the first part of the file.</param>
public sealed record PartSource(Func<Stream> Open, DataFormat Format, bool HasHeader);
