namespace MlServerless.Demo.Api;

internal sealed record PredictionWarning(int Row, string? Column, string Code, string Message);
