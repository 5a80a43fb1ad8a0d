namespace MlServerless.Data;

/// <summary>The outcome of reading one row.</summary>
/// <param name="End">Where its text ends (exclusive), before the line break.</param>
/// <param name="Next">Where the next row starts.</param>
/// <param name="Fields">How many fields it has, also where there was no room for all.</param>
/// <param name="Fault">None, or what is wrong with its quotes.</param>
internal readonly record struct RowShape(int End, int Next, int Fields, RowFault Fault);
