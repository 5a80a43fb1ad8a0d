namespace MlServerless.Learning.Explanations;

/// <summary>A compiled model body that says what each input adds to a raw score. Immutable and safe for several threads at once.</summary>
internal interface IAttribution
{
    /// <summary>Per output, the raw score of which nothing is known: its mean over the training rows.</summary>
    double[] BaseValues { get; }

    /// <summary>Steps that a row takes, about: what makes it dear.</summary>
    long Cost { get; }

    /// <summary>Adds the Shapley values of the slots of one row to those of their inputs.</summary>
    /// <param name="slots">Slot s at s.</param>
    /// <param name="contributions">Output k of input i at k × inputs + i.</param>
    void Explain(ReadOnlySpan<double> slots, Span<double> contributions);
}
