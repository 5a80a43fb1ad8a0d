namespace MlServerless.Learning.Preprocessing;

/// <summary>One value that trainers and scorers see. Numbers are NaN where missing; a category's value is its bucket.</summary>
/// <param name="Input">Index of the input it is made from.</param>
/// <param name="Part">Which part of the input: "value", "month", ….</param>
/// <param name="Buckets">Buckets of a category, missing and other included; 0 for a number.</param>
/// <param name="FirstLevel">Smallest value of a number with few levels (a month), meaningful with <paramref name="Levels"/>.</param>
/// <param name="Levels">How many levels such a number has; 0 for an ordinary number.</param>
/// <param name="IsSparse">Whether it is a number that is zero in nearly all rows and never missing, as the n-grams of a text are.</param>
internal sealed record Slot(int Input, string Part, int Buckets = 0, int FirstLevel = 0, int Levels = 0, bool IsSparse = false)
{
    public bool IsCategory => Buckets > 0;
}
