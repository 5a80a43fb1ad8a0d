namespace MlServerless.Pipelines.Runs;

/// <summary>What a step has cost so far. It is the whole process's: one activity runs at a time, and predictions beside it cost little.</summary>
internal sealed class StepUsage
{
    private readonly TimeSpan cpu = Environment.CpuUsage.TotalTime;
    private readonly long begun = Environment.WorkingSet;

    public static StepUsage Begin() => new();

    public double CpuSeconds => (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;

    public long PeakBytes => Math.Max(begun, Environment.WorkingSet);
}
