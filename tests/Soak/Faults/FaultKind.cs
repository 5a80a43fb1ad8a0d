namespace MlServerless.Soak.Faults;

/// <summary>What becomes of a call to storage.</summary>
internal enum FaultKind
{
    /// <summary>Answered with 500, without having reached storage.</summary>
    ServerError,

    /// <summary>Answered with 503 "server busy", without having reached storage.</summary>
    Busy,

    /// <summary>Never answered, without having reached storage.</summary>
    Silence,

    /// <summary>Done by storage, and never answered.</summary>
    LostInSilence,

    /// <summary>The connection breaks before the request has reached storage.</summary>
    DropBefore,

    /// <summary>Done by storage; the connection breaks before the answer.</summary>
    DropAfter,

    /// <summary>Done by storage; the connection breaks in the middle of the answer.</summary>
    Cut,

    /// <summary>Answered, but late.</summary>
    Slow,

    /// <summary>500 for this call and for as many tries of it as the client makes by itself, so that the step fails and is tried again.</summary>
    Outage,
}
