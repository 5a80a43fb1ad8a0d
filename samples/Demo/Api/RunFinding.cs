namespace MlServerless.Demo.Api;

internal sealed record RunFinding(string Code, string Severity, string? Column, string Message);
