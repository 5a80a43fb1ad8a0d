namespace MlServerless.DevHost.Durable;

/// <summary>Where an instance can be looked at and acted upon; member names are those of the extension's payload.</summary>
internal sealed record DurableLinks(
    string Id, string StatusQueryGetUri, string SendEventPostUri, string TerminatePostUri, string RewindPostUri,
    string PurgeHistoryDeleteUri, string RestartPostUri, string SuspendPostUri, string ResumePostUri)
{
    public static DurableLinks For(HttpRequest request, string id, string hub, string systemKey)
    {
        var instance = $"{request.Scheme}://{request.Host}/runtime/webhooks/durabletask/instances/{Uri.EscapeDataString(id)}";
        var query = $"taskHub={Uri.EscapeDataString(hub)}&connection=Storage&code={systemKey}";
        return new(
            id,
            $"{instance}?{query}",
            $"{instance}/raiseEvent/{{eventName}}?{query}",
            $"{instance}/terminate?reason={{text}}&{query}",
            $"{instance}/rewind?reason={{text}}&{query}",
            $"{instance}?{query}",
            $"{instance}/restart?{query}",
            $"{instance}/suspend?reason={{text}}&{query}",
            $"{instance}/resume?reason={{text}}&{query}");
    }
}
