using Azure.Core;

namespace MlServerless.Storage.Tables;

internal sealed class TableClientOptions : ClientOptions
{
    /// <summary>The newest version of the protocol that the public client speaks.</summary>
    public const string ServiceVersion = "2020-12-06";

    /// <summary>Where the time of a signature comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
