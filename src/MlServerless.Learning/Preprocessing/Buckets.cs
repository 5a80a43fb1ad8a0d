namespace MlServerless.Learning.Preprocessing;

/// <summary>The buckets that every category has in front of those of its vocabulary.</summary>
internal static class Buckets
{
    public const int Missing = 0;

    /// <summary>Rare values of the training part, and values that it did not hold.</summary>
    public const int Other = 1;

    /// <summary>The first value of the vocabulary.</summary>
    public const int First = 2;
}
