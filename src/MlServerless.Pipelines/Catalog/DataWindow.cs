using MlServerless.Data;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Catalog;

/// <summary>
/// Decides which uploads a window holds. It depends on the uploads before the newest and on what their checks found, never on the clock: the same
/// uploads make the same window whenever it is composed.
/// </summary>
public static class DataWindow
{
    /// <summary>
    /// The members of a window, oldest first, the newest upload last. Left out are uploads that were not checked or whose check forbids training, those
    /// whose rows are no longer kept, those that another one replaces (by erasure, or because a file of the same name was uploaded later), and all but the
    /// latest of uploads with the same bytes.
    /// </summary>
    /// <param name="newest">The run's own upload; always a member.</param>
    /// <param name="before">The uploads before it, the newest first; read only as far as the window reaches.</param>
    public static async Task<IReadOnlyList<DataVersionRecord>> ChooseAsync(WindowSpec window, DataVersionRecord newest, IAsyncEnumerable<DataVersionRecord> before, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(newest);
        List<DataVersionRecord> members = [newest];
        if (window.Kind == WindowKind.Latest)
            return members;
        var blobs = new HashSet<string>(StringComparer.Ordinal) { newest.Source.Blob };
        HashSet<ContentHash> gone = [newest.Id, .. newest.Replaces];
        DateTimeOffset end = DataOrder.TimeOf(newest.Order);
        await foreach (DataVersionRecord upload in before.WithCancellation(cancellationToken))
        {
            if (window.Kind == WindowKind.LastDays && end - DataOrder.TimeOf(upload.Order) >= TimeSpan.FromDays(window.Days))
                break;
            if (upload.Removed is not null || upload.Check is not { EntersWindows: true } || gone.Contains(upload.Id) || !blobs.Add(upload.Source.Blob))
                continue;
            gone.Add(upload.Id);
            gone.UnionWith(upload.Replaces);
            members.Add(upload);
        }

        members.Reverse();
        return members;
    }
}
