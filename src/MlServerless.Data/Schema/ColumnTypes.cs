namespace MlServerless.Data;

/// <summary>Questions asked of a <see cref="ColumnType"/>.</summary>
public static class ColumnTypes
{
    /// <summary>Whether the values are held as doubles (<see cref="NumericColumn"/>).</summary>
    public static bool IsNumeric(this ColumnType type) =>
        type is ColumnType.Integer or ColumnType.Number or ColumnType.Boolean or ColumnType.DateTime;

    /// <summary>Whether the values are held as codes of a vocabulary (<see cref="CategoryColumn"/>).</summary>
    public static bool IsCategorical(this ColumnType type) => type is ColumnType.Category or ColumnType.Text;
}
