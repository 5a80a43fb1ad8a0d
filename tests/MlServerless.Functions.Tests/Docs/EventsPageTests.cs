using System.Reflection;
using Microsoft.Extensions.Logging;
using MlServerless.Functions.Security;
using MlServerless.Pipelines;
using MlServerless.Worker;

namespace MlServerless.Functions.Tests.Docs;

/// <summary>docs/telemetry.md lists every event that has a name.</summary>
public sealed class EventsPageTests
{
    [Fact]
    public void Page_ListsEveryEvent()
    {
        string page = Repository.Read("docs", "telemetry.md");
        EventId[] ids =
        [
            .. new[] { typeof(PipelineOptions).Assembly, typeof(WorkerTelemetry).Assembly, typeof(Callers).Assembly }
                .SelectMany(assembly => assembly.GetTypes())
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
                .Where(field => field.FieldType == typeof(EventId))
                .Select(field => (EventId)field.GetValue(null)!),
        ];
        string[] events = [.. ids.Select(id => id.Name!)];
        Assert.True(events.Length > 10, $"only {events.Length} events were found");
        Assert.Equal(events.Length, events.Distinct().Count());
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(events, name => Assert.Contains($"`{name}`", page));
    }
}
