namespace MlServerless.Data;

/// <summary>What one rule came to.</summary>
internal sealed class RuleTally(string name, string expression)
{
    internal string Name => name;

    internal string Expression => expression;

    /// <summary>Rows that break it.</summary>
    internal Tally Failed { get; init; } = new();

    /// <summary>Rows that cannot tell, because a value is missing.</summary>
    internal long Unknown { get; set; }
}
