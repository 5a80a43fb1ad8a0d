namespace MlServerless.Pipelines.Runs;

/// <summary>The serial order of a pipeline's runs: that of their data, and of runs on the same data by their ids.</summary>
internal static class RunOrder
{
    public static bool ComesBefore(RunRecord other, RunRecord mine)
    {
        int order = string.CompareOrdinal(other.DataOrder, mine.DataOrder);
        return order != 0 ? order < 0 : string.CompareOrdinal(other.Id, mine.Id) < 0;
    }

    /// <summary>A run whose step keeps killing the process holds nobody up.</summary>
    public static bool IsBackingOff(RunRecord run) => run.OpenSteps.Any(step => step.NotBefore is not null);
}
