namespace MlServerless.DevHost.Tests.Hosting;

public sealed class RestartPolicyTests
{
    [Fact]
    public void AddError_ThirdWithinHalfAnHour_Stops()
    {
        var time = new ManualTime();
        var policy = new RestartPolicy(3, time);
        Assert.True(policy.AddError());
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.True(policy.AddError());
        time.Advance(TimeSpan.FromMinutes(29));
        Assert.False(policy.AddError());
    }

    [Fact]
    public void AddError_AfterHalfAnHour_ForgetsTheOthers()
    {
        var time = new ManualTime();
        var policy = new RestartPolicy(3, time);
        policy.AddError();
        policy.AddError();
        time.Advance(TimeSpan.FromMinutes(31));
        Assert.True(policy.AddError());
        Assert.Equal(1, policy.Errors);
    }
}
