namespace MlServerless.Demo.Api;

internal sealed record RunError(string? Type, string Message, string? Stage);
