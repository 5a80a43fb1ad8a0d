using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Registry;

/// <summary>The events that models are in the log, for queries on it: registered in the trace of its run, loaded where predictions are made, joined by hash.</summary>
internal static class ModelEvents
{
    public static readonly EventId Registered = new(3401, "ModelRegistered");

    public static readonly EventId Loaded = new(3402, "ModelLoaded");
}
