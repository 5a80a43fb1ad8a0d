using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning;

/// <summary>
/// One row to score, made by <see cref="Scorer.CreateRow"/> and used again and again by one thread. Inputs are named by their
/// position in the signature. Setting values allocates nothing.
/// </summary>
public sealed class FeatureRow
{
    private readonly Preprocessor preprocessor;
    private readonly double[] slots;
    private readonly bool[] unseen;

    internal FeatureRow(Preprocessor preprocessor)
    {
        this.preprocessor = preprocessor;
        slots = new double[preprocessor.Slots.Count];
        unseen = new bool[preprocessor.Inputs.Count];
        Clear();
    }

    internal ReadOnlySpan<double> Slots => slots;

    internal bool BelongsTo(Preprocessor other) => ReferenceEquals(preprocessor, other);

    /// <summary>Makes every input missing.</summary>
    public void Clear()
    {
        for (int input = 0; input < unseen.Length; input++)
            SetMissing(input);
    }

    /// <summary>Sets an integer, number, boolean (0 or 1) or dateTime (seconds since 1970-01-01 UTC). NaN and infinities are missing.</summary>
    /// <exception cref="ArgumentException">The input is a category or a text.</exception>
    public void SetNumber(int input, double value)
    {
        preprocessor.Inputs[input].SetNumber(value, Target(input), 1);
        unseen[input] = false;
    }

    /// <summary>Sets a category or a text. A category that the training part did not hold is scored as "other"; <see cref="IsUnseen"/> tells.</summary>
    /// <exception cref="ArgumentException">The input is not a category or a text.</exception>
    public void SetCategory(int input, ReadOnlySpan<byte> utf8) =>
        unseen[input] = !preprocessor.Inputs[input].SetText(utf8, Target(input), 1);

    public void SetMissing(int input)
    {
        preprocessor.Inputs[input].SetMissing(Target(input), 1);
        unseen[input] = false;
    }

    /// <summary>Whether the input holds a category that the training part did not hold.</summary>
    public bool IsUnseen(int input) => unseen[input];

    private Span<double> Target(int input) => slots.AsSpan(preprocessor.FirstSlot(input));
}
