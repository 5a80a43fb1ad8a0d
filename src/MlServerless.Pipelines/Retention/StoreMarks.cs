using MlServerless.Data;

namespace MlServerless.Pipelines.Retention;

/// <param name="Named">What must stay.</param>
/// <param name="Removed">What stands for rows that were removed and is named by nothing else.</param>
internal sealed record StoreMarks(IReadOnlySet<ContentHash> Named, IReadOnlySet<ContentHash> Removed);
