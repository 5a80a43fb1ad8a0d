namespace MlServerless.DevHost.Tests.Exchanges;

/// <summary>A request as the app receives it.</summary>
internal sealed record SentRequest(
    string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, long BodyLength, string Body);
