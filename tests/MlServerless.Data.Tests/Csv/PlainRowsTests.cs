using System.Text;
using FsCheck;

namespace MlServerless.Data.Tests.Csv;

public class PlainRowsTests
{
    [Fact]
    public void Take_PlainRows_AreThoseOfTheTokenizer() =>
        Properties.Check(
            from columns in Gen.Choose(1, 12)
            from rows in Gen.Choose(0, 30)
            from fields in Gen.ArrayOf(columns * rows, Gen.Elements("", "1", "-2.5", "abcdefgh", "ü", new string('x', 70)))
            from lineEnd in Gen.Elements("\n", "\r\n")
            select (Columns: columns, Text: string.Concat(fields.Chunk(columns).Select(row => string.Join(',', row) + lineEnd))),
            sample =>
            {
                byte[] data = Encoding.UTF8.GetBytes(sample.Text);
                byte[] buffer = [.. data, .. new byte[CsvTokenizer.Padding]];
                var cells = new Cell[sample.Columns * 40];
                var extents = new RowExtent[40];
                int taken = PlainRows.Take(buffer, 0, data.Length, (byte)',', sample.Columns, cells, extents, out int next);
                Assert.Equal(data.Length, next);

                var expected = new Cell[sample.Columns];
                int row = 0;
                for (int start = 0; start < data.Length;)
                {
                    Assert.True(CsvTokenizer.TryReadRow(buffer, start, data.Length, final: true, (byte)',', expected, out RowShape shape));
                    if (shape.End > start)
                    {
                        Assert.Equal(new RowExtent(start, shape.End), extents[row]);
                        Assert.Equal(expected, cells[(row * sample.Columns)..((row + 1) * sample.Columns)]);
                        row++;
                    }

                    start = shape.Next;
                }

                Assert.Equal(row, taken);
            },
            500);

    [Theory]
    [InlineData("1,2\n3,\"4\"\n5,6\n", 0, 0)]
    [InlineData("1,2\n3\n5,6\n", 1, 4)]
    [InlineData("1,2\n3,4,5\n", 1, 4)]
    [InlineData("1,2\r3,4\n", 0, 0)]
    [InlineData("1,2\n3,4", 1, 4)]
    [InlineData("1,2\n\n\r\n3,4\n", 2, 11)]
    public void Take_RowThatIsNotPlain_IsLeft(string text, int rows, int next)
    {
        byte[] buffer = Encoding.UTF8.GetBytes(text + new string('\0', CsvTokenizer.Padding));
        Assert.Equal(rows, PlainRows.Take(buffer, 0, text.Length, (byte)',', 2, new Cell[20], new RowExtent[10], out int left));
        Assert.Equal(next, left);
    }
}
