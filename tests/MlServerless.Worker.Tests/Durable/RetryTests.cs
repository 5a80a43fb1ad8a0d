using MlServerless.Durable.Protocol;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Durable;

public sealed class RetryTests
{
    [Fact]
    public void Retry_BackOff_TimersFollowTheOrchestrationsClock()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A", 1, With(new RetryPolicy(4, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(25))))));
        Assert.Equal("A", Assert.Single(engine.Begin()).ScheduleTask.Name);
        Assert.Equal(10, Delay(engine, engine.Step(Engine.Failed(0, "T", "m"))));
        Assert.Equal("1", Assert.Single(engine.Step(Engine.Fired(1))).ScheduleTask.Input);
        Assert.Equal(20, Delay(engine, engine.Step(Engine.Lost(2))));
        engine.Step(Engine.Fired(3));
        Assert.Equal(25, Delay(engine, engine.Step(Engine.Failed(4, "T", "m"))));
        engine.Step(Engine.Fired(5));
        engine.Step(Engine.Failed(6, "T", "last"));
        Assert.Equal("Task 'A' (#6) failed: T: last", engine.Completion!.FailureDetails.ErrorMessage);
    }

    [Fact]
    public void Retry_SecondAttemptSucceeds_GivesItsResult()
    {
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A", 1, With(new RetryPolicy(2, TimeSpan.FromSeconds(1))))));
        engine.Begin();
        engine.Step(Engine.Failed(0, "T", "m"));
        engine.Step(Engine.Fired(1));
        engine.Step(Engine.Completed(2, "5"));
        Assert.Equal("5", engine.Completion?.Result);
    }

    [Theory]
    [InlineData(false, "T", true)]
    [InlineData(true, "Fatal", true)]
    [InlineData(true, "T", false)]
    public void Retry_NotRetriableOrRefusedByTheHandlerOrWithoutPolicy_EndsAtOnce(bool policy, string type, bool retriable)
    {
        var options = policy ? With(new RetryPolicy(5, TimeSpan.FromSeconds(1)) { Handle = f => f.ErrorType != "Fatal" }) : null;
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A", 1, options)));
        engine.Begin();
        engine.Step(Engine.Failed(0, type, "m", retriable));
        Assert.Equal(OrchestrationStatus.Failed, engine.Completion?.OrchestrationStatus);
        Assert.Equal(!retriable, engine.Completion?.FailureDetails.IsNonRetriable);
    }

    [Fact]
    public void Retry_Timeout_StartsNoAttemptAfterIt()
    {
        var policy = new RetryPolicy(100, TimeSpan.FromSeconds(10), retryTimeout: TimeSpan.FromSeconds(15));
        var engine = new Engine(Engine.Of(c => c.CallActivityAsync<int>("A", 1, With(policy))));
        engine.Begin();
        engine.Step(Engine.Failed(0, "T", "m"));
        engine.Step(Engine.Fired(1));
        engine.StepAt(engine.Now.AddSeconds(9), Engine.Failed(2, "T", "m"));
        Assert.Equal(OrchestrationStatus.Failed, engine.Completion?.OrchestrationStatus);
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 15)]
    [InlineData(3, 22.5)]
    [InlineData(50, 60)]
    [InlineData(int.MaxValue, 60)]
    public void RetryPolicy_DelayAfter_GrowsToItsLimit(int attempt, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), new RetryPolicy(10, TimeSpan.FromSeconds(10), 1.5, TimeSpan.FromMinutes(1)).DelayAfter(attempt));

    [Fact]
    public void RetryPolicy_DelayAfter_WithoutBackOffIsAlwaysTheSame()
        => Assert.Equal(TimeSpan.FromSeconds(10), new RetryPolicy(10, TimeSpan.FromSeconds(10)).DelayAfter(1000));

    [Fact]
    public void RetryPolicy_ValuesOutOfRange_AreRefused()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, TimeSpan.FromMilliseconds(1)));
    }

    private static TaskOptions With(RetryPolicy policy) => TaskOptions.FromRetryPolicy(policy);

    private static double Delay(Engine engine, IReadOnlyList<OrchestratorAction> actions)
        => (Assert.Single(actions).CreateTimer.FireAt.ToDateTime() - engine.Now).TotalSeconds;
}
