namespace MlServerless.Data;

/// <summary>A rule's expression that cannot be read or makes no sense; the message says what is wrong, where, and how to mend it.</summary>
public sealed class RuleSyntaxException : FormatException
{
    public RuleSyntaxException()
        : this("The expression of a rule is not valid.")
    {
    }

    public RuleSyntaxException(string message)
        : this(message, 1)
    {
    }

    public RuleSyntaxException(string message, Exception innerException)
        : base(message, innerException) => Position = 1;

    internal RuleSyntaxException(string message, int position)
        : base(FormattableString.Invariant($"at character {position}: {message}")) => Position = position;

    /// <summary>The 1-based character at which the fault lies.</summary>
    public int Position { get; }
}
