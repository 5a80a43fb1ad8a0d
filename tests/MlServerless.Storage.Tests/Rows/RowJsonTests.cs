using FsCheck;
using MlServerless.Storage.Rows;
using MlServerless.Storage.Tables;
using MlServerless.Storage.Tests.Support;

namespace MlServerless.Storage.Tests.Rows;

public class RowJsonTests
{
    [Fact]
    public void Write_AnyText_ReadsBackInAllowedChunks() =>
        Properties.Check(
            Arb.From(
                from text in Properties.Texts(50, _ => true).Generator
                from times in Gen.Choose(0, 9000)
                select string.Concat(Enumerable.Repeat(text, Math.Min(times, text.Length == 0 ? 0 : RowJson.MaximumBytes / 2 / text.Length)))),
            json =>
            {
                var entity = new TableEntity("p", "r");
                RowJson.Write(entity, json);
                return RowJson.Read(entity) == json
                    && entity.All(property => property.Value is string chunk && chunk.Length <= RowJson.ChunkLength && (chunk.Length == 0 || !char.IsLowSurrogate(chunk[0])));
            },
            cases: 100);

    [Fact]
    public void Write_PairOnTheBorder_IsNotCut()
    {
        var entity = new TableEntity("p", "r");

        RowJson.Write(entity, new string('a', RowJson.ChunkLength - 1) + "𝄞b");

        Assert.Equal(RowJson.ChunkLength - 1, entity.GetString("Json")!.Length);
        Assert.Equal("𝄞b", entity.GetString("Json1"));
    }

    [Theory]
    [InlineData("ab", 0xD800, "")]
    [InlineData("", 0xDC00, "b")]
    [InlineData("a", 0xD800, "𝄞")]
    public void Write_HalfSurrogate_IsRefused(string before, int half, string after) =>
        Assert.Contains(
            $"half a surrogate pair at index {before.Length}",
            Assert.Throws<ArgumentException>(() => RowJson.Write(new TableEntity("p", "r"), before + (char)half + after)).Message);

    [Fact]
    public void Read_ForeignEntity_SaysSo() =>
        Assert.Contains("'p'/'r'", Assert.Throws<InvalidDataException>(() => RowJson.Read(new TableEntity("p", "r") { ["Other"] = 1 })).Message);
}
