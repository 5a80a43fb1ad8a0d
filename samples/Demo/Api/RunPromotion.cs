namespace MlServerless.Demo.Api;

internal sealed record RunPromotion(bool Promoted, IReadOnlyList<string> Reasons);
