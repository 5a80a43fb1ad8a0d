using System.Globalization;
using System.Text;
using MlServerless.DevHost.Durable.Journal;
using MlServerless.Durable.Protocol;

namespace MlServerless.DevHost.Durable;

/// <summary>Which instances a request of the durable HTTP API means.</summary>
internal sealed record InstanceQuery(
    string? IdPrefix, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedTo, IReadOnlyCollection<OrchestrationStatus> Status, int? Top, string? After)
{
    public static InstanceQuery Parse(HttpRequest request)
    {
        DateTimeOffset? Time(string name) => DateTimeOffset.TryParse(
            request.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
        var status = request.Query["runtimeStatus"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Select(text => Enum.TryParse<OrchestrationStatus>(text, ignoreCase: true, out var value) ? value : (OrchestrationStatus?)null)
            .OfType<OrchestrationStatus>().ToList();
        string? token = request.Headers["x-ms-continuation-token"];
        return new(
            request.Query["instanceIdPrefix"], Time("createdTimeFrom"), Time("createdTimeTo"), status,
            int.TryParse(request.Query["top"], CultureInfo.InvariantCulture, out var top) && top > 0 ? top : null,
            string.IsNullOrEmpty(token) ? null : Decode(token));
    }

    public bool Matches(InstanceState instance) =>
        (IdPrefix is null || instance.InstanceId.StartsWith(IdPrefix, StringComparison.Ordinal))
        && (CreatedFrom is null || instance.CreatedAt.ToDateTimeOffset() >= CreatedFrom)
        && (CreatedTo is null || instance.CreatedAt.ToDateTimeOffset() <= CreatedTo)
        && (Status.Count == 0 || Status.Contains(instance.Status));

    /// <summary>One page in the order of ids, and the token of the next (null = there is none).</summary>
    public (IReadOnlyList<InstanceState> Items, string? Next) Page(IEnumerable<InstanceState> instances)
    {
        var all = instances.Where(Matches).OrderBy(i => i.InstanceId, StringComparer.Ordinal)
            .Where(i => After is null || string.CompareOrdinal(i.InstanceId, After) > 0);
        if (Top is not { } top)
            return ([.. all], null);
        var items = all.Take(top + 1).ToList();
        return items.Count > top
            ? (items[..top], Convert.ToBase64String(Encoding.UTF8.GetBytes(items[top - 1].InstanceId)))
            : (items, null);
    }

    private static string? Decode(string token)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(token));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
