using System.Globalization;
using MlServerless.Learning;

namespace MlServerless.Pipelines.Steps;

/// <summary>Refuses work that would not fit into memory before it is begun: a process that dies takes every call in flight with it.</summary>
internal static class MemoryBudget
{
    /// <exception cref="TrainingException">The estimate is above the budget.</exception>
    public static void Require(long budget, long estimate, long rows, int columns, string purpose)
    {
        if (estimate > budget)
        {
            throw new TrainingException("out-of-memory-budget", string.Create(
                CultureInfo.InvariantCulture,
                $"About {estimate / 1_000_000} MB would be needed to {purpose} ({rows} rows, {columns} columns), and a step may take {budget / 1_000_000} MB. Exclude columns in the spec, upload fewer rows, or raise MlServerless__MemoryBudget together with the instance's memory."));
        }
    }
}
