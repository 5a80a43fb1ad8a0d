using MlServerless.Pipelines.Registry.Canaries;

namespace MlServerless.Pipelines.Tests.Registry.Canaries;

public sealed class CanaryJudgeTests
{
    private static readonly DateTimeOffset Since = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static string Judge(long errors, long calls, long championErrors, long championCalls, double hours) => CanaryJudge.Judge(
        new CanarySettings(10, null, TimeSpan.FromHours(1)),
        Since,
        Since.AddHours(hours),
        new CanaryEvidence(2, calls - errors, errors, calls, null),
        new CanaryEvidence(1, championCalls - championErrors, championErrors, championCalls, null)).Verdict;

    [Theory]
    [InlineData(0, 500, 0, 5_000, 0.5, CanaryVerdicts.Baking)]
    [InlineData(0, 500, 0, 5_000, 1, CanaryVerdicts.Passed)]
    [InlineData(0, 99, 0, 5_000, 48, CanaryVerdicts.Baking)]
    [InlineData(50, 99, 0, 5_000, 0.1, CanaryVerdicts.Baking)]
    [InlineData(50, 500, 0, 5_000, 0.1, CanaryVerdicts.Failed)]
    [InlineData(50, 500, 500, 5_000, 1, CanaryVerdicts.Passed)]
    [InlineData(4, 100, 100, 10_000, 1, CanaryVerdicts.Failed)]
    [InlineData(8, 200, 1, 60, 1, CanaryVerdicts.Passed)]
    [InlineData(4, 200, 0, 5_000, 1, CanaryVerdicts.Passed)]
    [InlineData(300, 300, 0, 0, 0.1, CanaryVerdicts.Failed)]
    public void Judge_Errors_TakeEffectAndSignificance(long errors, long calls, long championErrors, long championCalls, double hours, string verdict) =>
        Assert.Equal(verdict, Judge(errors, calls, championErrors, championCalls, hours));
}
