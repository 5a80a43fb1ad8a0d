using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using MlServerless.Functions.Hosting;
using MlServerless.Pipelines.Ports;

namespace MlServerless.Functions.Tests.Hosting;

/// <summary>Storage that cannot be reached when the app starts.</summary>
public sealed class StorageStarterTests
{
    [Fact]
    public async Task StorageThatComesLater_IsMadeReadyThen()
    {
        IPipelineStorage storage = DispatchProxy.Create<IPipelineStorage, LateStorage>();
        var late = (LateStorage)storage;
        late.Failures = 2;
        using var starter = new StorageStarter(storage, new HurriedTime(), NullLogger<StorageStarter>.Instance);
        await starter.StartAsync(CancellationToken.None);
        await starter.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(3, late.Attempts);
    }

    [Fact]
    public async Task AppThatStops_TriesNoMore()
    {
        IPipelineStorage storage = DispatchProxy.Create<IPipelineStorage, LateStorage>();
        var late = (LateStorage)storage;
        late.Failures = int.MaxValue;
        using var starter = new StorageStarter(storage, new StandingTime(), NullLogger<StorageStarter>.Instance);
        await starter.StartAsync(CancellationToken.None);
        await late.FirstAttempt.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.False(starter.ExecuteTask!.IsCompleted);
        await starter.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(starter.ExecuteTask!.IsCanceled);
        Assert.Equal(1, late.Attempts);
    }

    /// <summary>Refuses some times; only what the starter needs is there.</summary>
    public class LateStorage : DispatchProxy
    {
        public int Failures { get; set; }

        public int Attempts { get; private set; }

        public TaskCompletionSource FirstAttempt { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod?.Name != nameof(IPipelineStorage.EnsureCreatedAsync))
                throw new NotSupportedException(targetMethod?.Name);
            FirstAttempt.TrySetResult();
            return ++Attempts <= Failures ? Task.FromException(new IOException("connection refused")) : Task.CompletedTask;
        }
    }

    /// <summary>No pause ever ends.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Every pause is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
