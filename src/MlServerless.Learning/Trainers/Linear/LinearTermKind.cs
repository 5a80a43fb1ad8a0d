namespace MlServerless.Learning.Trainers.Linear;

/// <summary>What the coefficients of a term stand for.</summary>
internal enum LinearTermKind
{
    /// <summary>One coefficient for the standardised value.</summary>
    Number,

    /// <summary>Two coefficients: for the standardised value, and for its being missing.</summary>
    NumberOrMissing,

    /// <summary>One coefficient per value of a small range or per bucket of a category.</summary>
    OneHot,

    /// <summary>One coefficient for each of several sparse slots in a row, whose values are taken as they are.</summary>
    Sparse,
}
