using System.Text.Json;
using System.Text.Json.Nodes;

namespace MlServerless.Learning.Parameters;

/// <summary>A setting that is a number.</summary>
/// <param name="Start">Its value where the spec says nothing.</param>
/// <param name="Min">Smallest value.</param>
/// <param name="Max">Largest value.</param>
/// <param name="IsInteger">Whether only whole numbers are allowed.</param>
/// <param name="MinExcluded">Whether <paramref name="Min"/> itself is too small.</param>
internal sealed record NumberParameter(
    string Name, double Start, double Min, double Max, string Description, bool IsInteger = false, bool MinExcluded = false)
    : ParameterDefinition(Name, Description)
{
    public override JsonElement? Default => ParameterJson.Number(Start);

    public override string Allowed
    {
        get
        {
            string kind = IsInteger ? "a whole number" : "a number";
            string low = MinExcluded ? "greater than" : "from";
            return FormattableString.Invariant($"{kind} {low} {Min} to {Max}");
        }
    }

    public override bool TryRead(JsonNode? node, out JsonElement value)
    {
        bool read = ParameterJson.TryNumber(node, out double number) && Allows(number);
        value = ParameterJson.Number(read ? number : Start);
        return read;
    }

    private bool Allows(double value) =>
        value <= Max && (MinExcluded ? value > Min : value >= Min) && (!IsInteger || value == Math.Floor(value));
}
