using MlServerless.Data;

namespace MlServerless.Pipelines.Catalog;

/// <summary>One upload in a window.</summary>
/// <param name="Order">Its place in the serial order.</param>
public sealed record WindowMember(ContentHash DataVersion, string Order);
