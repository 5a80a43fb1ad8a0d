using System.Globalization;

namespace MlServerless.Pipelines.Runs;

/// <summary>A step killed the process before and is not tried again before a time.</summary>
public sealed class StepBackOffException(string step, int deaths, DateTimeOffset notBefore)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"The process died {deaths} times in step '{step}'; it is tried again after {notBefore:yyyy-MM-ddTHH:mm:ssZ}."))
{
    public DateTimeOffset NotBefore { get; } = notBefore;
}
