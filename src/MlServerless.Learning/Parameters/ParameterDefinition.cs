namespace MlServerless.Learning.Parameters;

/// <summary>One setting of a trainer.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Default">Its value where the spec says nothing.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="IsInteger">Whether only whole numbers are allowed.</param>
/// <param name="MinExcluded">Whether <paramref name="Min"/> itself is too small.</param>
internal sealed record ParameterDefinition(string Name, double Default, double Min, double Max, bool IsInteger = false, bool MinExcluded = false)
{
    /// <summary>The allowed values in words.</summary>
    public string Range
    {
        get
        {
            string kind = IsInteger ? "a whole number" : "a number";
            string low = MinExcluded ? "greater than" : "from";
            return FormattableString.Invariant($"{kind} {low} {Min} to {Max}");
        }
    }

    public bool Allows(double value) =>
        value <= Max && (MinExcluded ? value > Min : value >= Min) && (!IsInteger || value == Math.Floor(value));
}
