namespace MlServerless.EndToEnd.Support;

/// <summary>What a DevHost prints for its clients.</summary>
internal sealed record DevHostAddress(Uri Url, string HostKey, string MasterKey, string SystemKey, string Storage);
