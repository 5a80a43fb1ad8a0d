using System.Text;
using System.Text.Json;

namespace MlServerless.Data.Tests.Schema;

public class DataSchemaTests
{
    [Fact]
    public void Parse_WhatWasWritten_IsTheSame()
    {
        var schema = new DataSchema
        {
            Columns =
            [
                new ColumnSchema { Name = "age", Type = ColumnType.Integer, Min = 0, Max = 120, MaxMissingFraction = 0.1 },
                new ColumnSchema { Name = "plan", Type = ColumnType.Category, Values = ["a", "b"], Required = false },
                new ColumnSchema { Name = "day", Type = ColumnType.DateTime, Explanation = "every value is a date or a time" },
            ],
        };
        DataSchema read = DataSchema.Parse(schema.ToCanonicalJson());
        Assert.Equal(schema, read);
        Assert.Equal(schema.Hash, read.Hash);
        Assert.Equal(["a", "b"], read.Find("plan")!.Values);
        Assert.Null(read.Find("none"));
    }

    [Fact]
    public void Parse_MemberLeftOut_HasItsDefault() =>
        Assert.True(DataSchema.Parse("""{"columns":[{"name":"a","type":"dateTime"}]}"""u8).Columns[0].Required);

    [Theory]
    [InlineData("null", "object")]
    [InlineData("{}", "columns")]
    [InlineData("""{"columns":null}""", "columns")]
    [InlineData("""{"columns":[null]}""", "columns[0]")]
    [InlineData("""{"columns":[{"name":"a","type":"float"}]}""", "columns[0].type")]
    [InlineData("""{"columns":[{"name":"a","type":1}]}""", "columns[0].type")]
    [InlineData("""{"columns":[{"name":"a","type":"number","minimum":1}]}""", "minimum")]
    [InlineData("""{"columns":[{"type":"number"}]}""", "name")]
    [InlineData("""{"columns":[{"name":"","type":"number"}]}""", "columns[0].name")]
    [InlineData("""{"columns":[{"name":"a","type":"number"},{"name":"a","type":"text"}]}""", "columns[1].name")]
    [InlineData("""{"columns":[{"name":"a","type":"number","min":2,"max":1}]}""", "columns[0]")]
    [InlineData("""{"columns":[{"name":"a","type":"category","min":2}]}""", "columns[0]")]
    [InlineData("""{"columns":[{"name":"a","type":"number","maxMissingFraction":2}]}""", "columns[0].maxMissingFraction")]
    [InlineData("""{"columns":[{"name":"a","type":"number","values":["x"]}]}""", "columns[0].values")]
    [InlineData("""{"columns":[{"name":"a","type":"category","values":[]}]}""", "columns[0].values")]
    [InlineData("""{"columns":[{"name":"a","type":"category","values":["x","x"]}]}""", "columns[0].values")]
    [InlineData("""{"columns":[{"name":"a","type":"category","values":[null]}]}""", "columns[0].values")]
    public void Parse_WrongSchema_SaysWhere(string json, string where) =>
        Assert.Contains(where, Assert.Throws<JsonException>(() => DataSchema.Parse(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);
}
