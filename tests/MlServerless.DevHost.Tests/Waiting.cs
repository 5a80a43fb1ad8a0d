namespace MlServerless.DevHost.Tests;

/// <summary>Waits for what another process or task brings about.</summary>
internal static class Waiting
{
    public static Task UntilAsync(Func<bool> condition, string what, int seconds = 30) => UntilAsync(condition, () => what, seconds);

    public static async Task UntilAsync(Func<bool> condition, Func<string> what, int seconds = 30)
    {
        var end = Environment.TickCount64 + (seconds * 1000L);
        while (!condition())
        {
            if (Environment.TickCount64 > end)
                Assert.Fail($"Waited {seconds} s in vain: {what()}");
            await Task.Delay(20);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what, int seconds = 30)
    {
        var end = Environment.TickCount64 + (seconds * 1000L);
        while (!await condition())
        {
            Assert.True(Environment.TickCount64 < end, $"Waited {seconds} s in vain: {what}");
            await Task.Delay(50);
        }
    }
}
