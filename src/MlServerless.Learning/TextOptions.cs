namespace MlServerless.Learning;

/// <summary>How texts become numbers: n-grams of words, and of characters where wanted, weighted by TF-IDF.</summary>
public sealed record TextOptions
{
    public const int MinDimensions = 16;
    public const int MaxDimensions = 16_384;
    public const int MaxWordNgrams = 3;
    public const int MinCharacterNgrams = 3;
    public const int MaxCharacterNgrams = 6;

    public static readonly TextOptions Default = new();

    /// <summary>N-grams of a text column that a model may tell apart, at most; a trainer may have a lower limit of its own.</summary>
    public int Dimensions { get; init; } = 4096;

    /// <summary>Words in a row that make one n-gram, at most; 1 for single words.</summary>
    public int WordNgrams { get; init; } = 2;

    /// <summary>Characters in a row, within a word and its ends, that make one n-gram, at most; the shortest has <see cref="MinCharacterNgrams"/>. 0 for none.</summary>
    public int CharacterNgrams { get; init; }

    /// <summary>Whether every setting is within its range.</summary>
    public bool IsValid =>
        Dimensions is >= MinDimensions and <= MaxDimensions
        && WordNgrams is >= 1 and <= MaxWordNgrams
        && CharacterNgrams is 0 or (>= MinCharacterNgrams and <= MaxCharacterNgrams);
}
