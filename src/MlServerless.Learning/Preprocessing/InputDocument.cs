using MlServerless.Data;

namespace MlServerless.Learning.Preprocessing;

/// <summary>An encoder as JSON; which members are there depends on the kind.</summary>
internal sealed record InputDocument
{
    public required string Name { get; init; }

    public required ColumnType Type { get; init; }

    public required string Kind { get; init; }

    /// <summary>Category: the vocabulary.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Category: values of the training part without a bucket of their own.</summary>
    public IReadOnlyList<string>? Rare { get; init; }

    /// <summary>Text: words in a row that make one n-gram, at most.</summary>
    public int? Words { get; init; }

    /// <summary>Text: characters in a row that make one n-gram, at most.</summary>
    public int? Characters { get; init; }

    /// <summary>Text: texts of the training part.</summary>
    public int? Texts { get; init; }

    /// <summary>Text: texts of the training part with an n-gram of each bucket.</summary>
    public IReadOnlyList<int>? Frequencies { get; init; }

    /// <summary>Text: hash buckets with a slot.</summary>
    public IReadOnlyList<int>? Buckets { get; init; }

    /// <summary>DateTime: days from 1970-01-01 to the reference day.</summary>
    public double? ReferenceDay { get; init; }

    /// <summary>DateTime: whether the hour is a part.</summary>
    public bool? Times { get; init; }

    /// <summary>Makes the encoder of input number <paramref name="input"/>.</summary>
    /// <exception cref="InvalidArtifactException">Members are missing, or do not fit the kind.</exception>
    public InputEncoder ToEncoder(int input) => (Kind, Type) switch
    {
        (NumberEncoder.KindName, ColumnType.Integer or ColumnType.Number or ColumnType.Boolean) => new NumberEncoder(input, Name, Type),
        (DateTimeEncoder.KindName, ColumnType.DateTime) when Times is { } times && Math.Abs(ReferenceDay ?? double.NaN) <= DateTimeEncoder.MaxDays =>
            new DateTimeEncoder(input, Name, ReferenceDay!.Value, times),
        (CategoryEncoder.KindName, ColumnType.Category) when Values is not null && Rare is not null && AreDistinct([.. Values, .. Rare]) =>
            new CategoryEncoder(input, Name, Values, Rare),
        (NgramEncoder.KindName, ColumnType.Text) when AreNgrams() => new NgramEncoder(input, Name, Words!.Value, Characters!.Value, Texts!.Value, Buckets!, Frequencies!),
        (WordEncoder.KindName, ColumnType.Text) when Buckets is not null && AreAscending(Buckets, WordEncoder.HashBuckets) => new WordEncoder(input, Name, Buckets),
        _ => throw new InvalidArtifactException($"preprocessing: the input '{Name}' of type {Type} cannot be treated as '{Kind}' with what is given."),
    };

    private static bool AreDistinct(IReadOnlyList<string> values) =>
        values.All(value => value is not null) && new HashSet<string>(values, StringComparer.Ordinal).Count == values.Count;

    private bool AreNgrams() =>
        Buckets is not null && Frequencies is not null && Texts >= 0
        && Buckets.Count <= TextOptions.MaxDimensions && Frequencies.Count == Buckets.Count
        && new TextOptions { WordNgrams = Words ?? 0, CharacterNgrams = Characters ?? -1 }.IsValid
        && AreAscending(Buckets, TextNgrams.Buckets)
        && Frequencies.All(with => with >= 1 && with <= Texts);

    private static bool AreAscending(IReadOnlyList<int> buckets, int end)
    {
        for (int i = 0; i < buckets.Count; i++)
            if (buckets[i] < (i == 0 ? 0 : buckets[i - 1] + 1) || buckets[i] >= end)
                return false;
        return true;
    }
}
