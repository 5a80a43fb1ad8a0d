using System.Text;
using FsCheck;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Pipelines.Tests.Serving;

public sealed class JsonRowReaderTests
{
    private static readonly ModelSignature Signature = new(
        "y",
        [
            new SignatureField("n", ColumnType.Number, null, true),
            new SignatureField("i", ColumnType.Integer, null, false),
            new SignatureField("b", ColumnType.Boolean, null, false),
            new SignatureField("open ü", ColumnType.Category, null, false),
            new SignatureField("closed", ColumnType.Category, ["u", "v"], false),
            new SignatureField("t", ColumnType.DateTime, null, false),
        ],
        default);

    private static RowBatch Read(string json) => new JsonRowReader(Signature).Read(Encoding.UTF8.GetBytes(json));

    private static ProblemException Refused(string json) => Assert.Throws<ProblemException>(() => Read(json));

    /// <summary>5,000,000 cells: many inputs leave fewer rows.</summary>
    [Fact]
    public void Read_ManyInputs_LeaveFewerRows()
    {
        var wide = new ModelSignature("y", [.. Enumerable.Range(0, 10_000).Select(i => new SignatureField($"c{i}", ColumnType.Number, null, false))], default);
        RowBatch Rows(int count) => new JsonRowReader(wide).Read(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("{}", count))}]"));
        Assert.Equal(500, Rows(500).RowCount);
        ProblemException refused = Assert.Throws<ProblemException>(() => Rows(501));
        Assert.Equal(413, refused.Status);
        Assert.Contains("500 rows of this model's 10000 inputs", refused.Detail);
    }

    [Fact]
    public void Read_OneRow_TakesEveryType()
    {
        RowBatch batch = Read("""{"t":"1970-01-01T00:00:10Z","closed":"u","open \u00fc":"a\"b","b":true,"i":3,"n":1.5,"extra":{"x":[1]}}""");
        Assert.Equal(1, batch.RowCount);
        Assert.Equal(1.5, batch[0, 0].Value);
        Assert.Equal(3, batch[0, 1].Value);
        Assert.Equal(1, batch[0, 2].Value);
        Assert.Equal("a\"b", Encoding.UTF8.GetString(batch.Text(batch[0, 3])));
        Assert.Equal("u", Encoding.UTF8.GetString(batch.Text(batch[0, 4])));
        Assert.Equal(10, batch[0, 5].Value);
    }

    [Fact]
    public void Read_ManyRows_KeepsTheirOrder()
    {
        RowBatch batch = Read("[" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{{\"n\":{i},\"open ü\":\"c{i}\"}}")) + "]");
        Assert.Equal(1000, batch.RowCount);
        for (int row = 0; row < 1000; row++)
        {
            Assert.Equal(row, batch[row, 0].Value);
            Assert.Equal($"c{row}", Encoding.UTF8.GetString(batch.Text(batch[row, 3])));
        }
    }

    [Fact]
    public void Read_NullAndMissingWords_AreMissingValues()
    {
        RowBatch batch = Read("""{"n":null,"open ü":"","closed":"NA"}""");
        Assert.All(new[] { 0, 3, 4 }, input => Assert.Equal(RowBatch.CellKind.Missing, batch[0, input].Kind));
    }

    [Theory]
    [InlineData("""{"n":"1"}""", "$[0]['n']", "expected a number, found \"1\"")]
    [InlineData("""{"n":1,"i":1.5}""", "$[0]['i']", "expected a whole number, found 1.5")]
    [InlineData("""{"n":1,"b":1}""", "$[0]['b']", "expected true or false, found 1")]
    [InlineData("""{"n":1,"open ü":5}""", "$[0]['open ü']", "expected a string, found 5")]
    [InlineData("""{"n":1,"t":"soon"}""", "$[0]['t']", "ISO 8601")]
    [InlineData("""{"n":1,"closed":"w"}""", "$[0]['closed']", "none of its allowed values: u, v")]
    [InlineData("""{"n":[1]}""", "$[0]['n']", "found an array")]
    [InlineData("""{"n":1,"n":2}""", "$[0]['n']", "given twice")]
    [InlineData("""{"i":1}""", "$[0]['n']", "is missing: add it (a number)")]
    [InlineData("""[{"n":1},7]""", "$[1]", "expected an object")]
    [InlineData("""{"n":1e999}""", "$[0]['n']", "expected a number")]
    public void Read_Fault_NamesRowColumnAndMend(string json, string path, string message)
    {
        ProblemException problem = Refused(json);
        Assert.Equal(400, problem.Status);
        ProblemDetail detail = Assert.Single(problem.Errors);
        Assert.Equal(path, detail.Path);
        Assert.Contains(message, detail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ManyFaults_AreCountedAndTheFirstHundredTold()
    {
        ProblemException problem = Refused("[" + string.Join(',', Enumerable.Repeat("{}", 250)) + "]");
        Assert.Equal(100, problem.Errors.Count);
        Assert.Contains("250 fault(s)", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"n\":1} x")]
    [InlineData("{\"n\":01}")]
    public void Read_NotRows_IsAProblem(string json) => Assert.Equal(400, Refused(json).Status);

    [Fact]
    public void Read_DeepNesting_IsAProblem() => Assert.Equal(400, Refused("{\"x\":" + new string('[', 10_000)).Status);

    [Fact]
    public void Read_TooManyRows_IsRefusedWith413() =>
        Assert.Equal(413, Refused("[" + string.Join(',', Enumerable.Repeat("{\"n\":1}", JsonRowReader.MaxRows + 1)) + "]").Status);

    [Fact]
    public void Read_ManyInputs_TakesFewerRows()
    {
        var wide = new ModelSignature("y", [.. Enumerable.Range(0, 5000).Select(i => new SignatureField($"f{i}", ColumnType.Number, null, false))], default);
        byte[] rows = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{}", JsonRowReader.RowLimit(wide) + 1)) + "]");
        ProblemException problem = Assert.Throws<ProblemException>(() => new JsonRowReader(wide).Read(rows));
        Assert.Equal(413, problem.Status);
        Assert.Contains("1000 rows", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NameThatIsNoUnicode_IsAnUnknownColumn() => Assert.Equal(1, Read("""{"\ud800":1,"n":2}""").RowCount);

    [Fact]
    public void Read_AnyBytes_GivesRowsOrAProblem()
    {
        var reader = new JsonRowReader(Signature);
        byte[] seed = Encoding.UTF8.GetBytes("""[{"n":1.5,"i":2,"b":false,"open ü":"a\u00e4","closed":"u","t":"2026-01-02"}]""");
        Prop.ForAll<byte[], int>((noise, at) =>
        {
            byte[] mutated = (byte[])seed.Clone();
            for (int i = 0; i < noise.Length; i++)
                mutated[(int)(((uint)at + (uint)(i * 7)) % (uint)mutated.Length)] = noise[i];
            foreach (byte[] input in new[] { noise, mutated })
            {
                try
                {
                    reader.Read(input);
                }
                catch (ProblemException problem)
                {
                    Assert.InRange(problem.Status, 400, 499);
                }
            }
        }).Check(new Configuration { MaxNbOfTest = 2000, Replay = FsCheck.Random.StdGen.NewStdGen(17, 29), QuietOnSuccess = true });
    }
}
