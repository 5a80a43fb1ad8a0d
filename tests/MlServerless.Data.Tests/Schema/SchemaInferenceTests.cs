namespace MlServerless.Data.Tests.Schema;

public class SchemaInferenceTests
{
    [Theory]
    [InlineData("1|-2||+3", ColumnType.Integer)]
    [InlineData("0|1|1", ColumnType.Integer)]
    [InlineData("1|2.5|NA", ColumnType.Number)]
    [InlineData("1e3|.5|inf", ColumnType.Number)]
    [InlineData("true|FALSE|", ColumnType.Boolean)]
    [InlineData("yes|no|yes", ColumnType.Category)]
    [InlineData("2026-01-01|2026-02-01T10:00Z", ColumnType.DateTime)]
    [InlineData("03/01/2026|04/01/2026", ColumnType.Category)]
    [InlineData("01234|55555", ColumnType.Category)]
    [InlineData("12345678901234567890|12345678901234567891", ColumnType.Category)]
    [InlineData("red|blue|red", ColumnType.Category)]
    [InlineData("1|2|x", ColumnType.Category)]
    [InlineData("|NA|", ColumnType.Ignored)]
    [InlineData("inf|-inf", ColumnType.Ignored)]
    [InlineData("a sentence that goes on for quite a while|another one that is not the same at all|and a third, also different", ColumnType.Text)]
    [InlineData("1 Mar 2026|2-Apr-2026", ColumnType.DateTime)]
    public void Infer_Values_GivesTheNarrowestTypeAndSaysWhy(string values, ColumnType expected)
    {
        string csv = "a;other\n" + string.Concat(values.Split('|').Select(value => $"{value};1\n"));
        ColumnSchema column = Scans.Infer(Scans.Of(csv)).Find("a")!;
        Assert.Equal(expected, column.Type);
        Assert.False(string.IsNullOrEmpty(column.Explanation));
    }

    [Fact]
    public void Infer_DeclaredColumns_Win()
    {
        ColumnSchema declared = new() { Name = "a", Type = ColumnType.Category, Values = ["1", "2"] };
        ColumnSchema absent = new() { Name = "z", Type = ColumnType.Number, Required = false };
        DataSchema schema = Scans.Infer(Scans.Of("a,b\n1,2\n", declared, absent), declared, absent);
        Assert.Equal(["a", "b", "z"], schema.Columns.Select(column => column.Name));
        Assert.Same(declared.Values, schema.Find("a")!.Values);
        Assert.Null(schema.Find("a")!.Explanation);
        Assert.False(schema.Find("z")!.Required);
    }

    [Fact]
    public void Infer_SameKindOfData_GivesTheSameHash()
    {
        DataSchema first = Scans.Infer(Scans.Of("a,b\n1,x\n2,y\n"));
        DataSchema second = Scans.Infer(Scans.Of("a,b\n100,z\n200,\n300,q\n"));
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(first, second);
    }
}
