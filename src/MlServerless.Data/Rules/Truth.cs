namespace MlServerless.Data;

/// <summary>The three truth values of Kleene's logic, ordered so that 'and' is the lesser and 'or' the greater.</summary>
internal enum Truth
{
    False,

    /// <summary>A value on which it depends is missing.</summary>
    Unknown,

    True,
}
