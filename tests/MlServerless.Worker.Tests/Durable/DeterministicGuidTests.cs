using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Worker.Tests.Durable;

public sealed class DeterministicGuidTests
{
    [Fact]
    public void Version5_ExampleOfTheRfc_IsReproduced()
        => Assert.Equal(new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"), DeterministicGuid.Version5(new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));

    [Fact]
    public void Of_InstanceTimeOrCounterDiffers_GivesAnotherGuid()
    {
        var time = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        Guid[] guids = [DeterministicGuid.Of("a", time, 0), DeterministicGuid.Of("b", time, 0), DeterministicGuid.Of("a", time.AddTicks(1), 0), DeterministicGuid.Of("a", time, 1)];
        Assert.Equal(4, guids.Distinct().Count());
        Assert.All(guids, g => Assert.Equal(5, g.Version));
        Assert.Equal(guids[0], DeterministicGuid.Of("a", time, 0));
    }
}
