namespace MlServerless.Worker.Tests.Durable;

/// <summary>A stream of numbers from a seed (splitmix64), the same everywhere.</summary>
internal sealed class Choices(int seed)
{
    private ulong state = (ulong)seed;

    public int Below(int limit)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)limit);
    }
}
