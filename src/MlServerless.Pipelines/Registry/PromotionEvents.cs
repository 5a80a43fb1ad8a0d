using Microsoft.Extensions.Logging;

namespace MlServerless.Pipelines.Registry;

/// <summary>The events of the promotion log in the log stream, which is kept elsewhere and so bears witness, too.</summary>
internal static class PromotionEvents
{
    public static readonly EventId Head = new(4001, "PromotionHead");

    public static readonly EventId NotAnchored = new(4002, "PromotionHeadNotAnchored");

    public static readonly EventId Tampered = new(4003, "PromotionLogTampered");
}
