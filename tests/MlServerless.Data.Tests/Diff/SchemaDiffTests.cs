namespace MlServerless.Data.Tests.Diff;

public class SchemaDiffTests
{
    private static readonly ColumnSchema Number = new() { Name = "n", Type = ColumnType.Number, Min = 0, Max = 1.5 };
    private static readonly ColumnSchema Category = new() { Name = "c", Type = ColumnType.Category, Values = ["a", "b"] };

    [Fact]
    public void Compare_EqualSchemas_NoChange() =>
        Assert.Empty(SchemaDiff.Compare(Of(Number, Category with { Explanation = "x" }), Of(Category with { Explanation = "y" }, Number)));

    [Fact]
    public void Compare_ColumnsThatComeAndGo_AreNamedWithTheirType() =>
        Assert.Equal(
            [new SchemaChange("n", "column", "number", null), new SchemaChange("c", "column", null, "category")],
            SchemaDiff.Compare(Of(Number), Of(Category)));

    [Fact]
    public void Compare_EveryMember_IsCompared() =>
        Assert.Equal(
            [
                new SchemaChange("n", "type", "number", "dateTime"),
                new SchemaChange("n", "required", "true", "false"),
                new SchemaChange("n", "maxMissingFraction", null, "0.25"),
                new SchemaChange("n", "min", "0", "-1"),
                new SchemaChange("n", "max", "1.5", null),
            ],
            SchemaDiff.Compare(Of(Number), Of(new ColumnSchema { Name = "n", Type = ColumnType.DateTime, Required = false, MaxMissingFraction = 0.25, Min = -1 })));

    [Fact]
    public void Compare_Domains_NamesTheValuesThatDiffer()
    {
        Assert.Equal([new SchemaChange("c", "values", "a", "z")], SchemaDiff.Compare(Of(Category), Of(Category with { Values = ["b", "z"] })));
        Assert.Equal([new SchemaChange("c", "values", null, "c")], SchemaDiff.Compare(Of(Category), Of(Category with { Values = ["b", "c", "a"] })));
        Assert.Equal([new SchemaChange("c", "values", "a, b", null)], SchemaDiff.Compare(Of(Category), Of(Category with { Values = null })));
        Assert.Empty(SchemaDiff.Compare(Of(Category), Of(Category with { Values = ["b", "a"] })));
    }

    private static DataSchema Of(params ColumnSchema[] columns) => new() { Columns = columns };
}
