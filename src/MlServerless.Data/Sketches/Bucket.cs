namespace MlServerless.Data;

/// <summary>A bucket of an <see cref="AdaptiveHistogram"/>: the smallest and the largest double it may hold, and how many values it holds.</summary>
internal readonly record struct Bucket(ulong Key, double From, double To, long Count)
{
    internal double Middle => From * 0.5 + To * 0.5;
}
