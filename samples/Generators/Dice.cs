namespace MlServerless.Samples;

/// <summary>The random numbers of one row: SplitMix64 (Steele, Lea, Flood 2014), seeded by data set, month and row.</summary>
internal sealed class Dice
{
    private ulong state;

    public Dice(ulong seed, ulong month, ulong row) => state = Mix(Mix(Mix(seed) + month) + row);

    /// <summary>Uniform in [0, 1), with 53 bits.</summary>
    public double Uniform()
    {
        state += 0x9E3779B97F4A7C15UL;
        return (Mix(state) >> 11) * (1.0 / (1UL << 53));
    }

    public double Uniform(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Integer(int low, int high) => low + (int)(Uniform() * (high - low + 1));

    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Mean 0 and standard deviation 1: twelve uniforms less six (Irwin–Hall), so never beyond ±6.</summary>
    public double Normal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
            sum += Uniform();
        return sum;
    }

    /// <summary>Counts with that mean (Poisson, by multiplying uniforms).</summary>
    public int Count(double mean)
    {
        double limit = PortableMath.Exp(-mean);
        int count = 0;
        for (double product = Uniform(); product > limit; product *= Uniform())
            count++;
        return count;
    }

    /// <summary>Picks by weight. The weights need not sum to anything in particular.</summary>
    public T Pick<T>(params ReadOnlySpan<(T Value, double Weight)> choices)
    {
        double total = 0;
        foreach ((_, double weight) in choices)
            total += weight;
        double at = Uniform() * total;
        T last = choices[0].Value;
        foreach ((T value, double weight) in choices)
        {
            if (weight <= 0)
                continue;
            last = value;
            if (at < weight)
                break;
            at -= weight;
        }
        return last;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
