namespace MlServerless.Data.Tests.Tables;

public class TableTests
{
    [Fact]
    public void Constructor_WrongShapes_Throw()
    {
        var one = new NumericColumn("a", ColumnType.Number, [1]);
        Assert.Throws<ArgumentException>(() => new Table([one, new NumericColumn("b", ColumnType.Number, [1, 2])]));
        Assert.Throws<ArgumentException>(() => new Table([one, one]));
        Assert.Throws<ArgumentException>(() => new Table([one], [1, 2]));
        Assert.Throws<ArgumentException>(() => new NumericColumn("a", ColumnType.Category, [1]));
        Assert.Throws<ArgumentException>(() => new CategoryColumn("a", ColumnType.Number, [0], ["x"]));
        Assert.Throws<ArgumentException>(() => new CategoryColumn("a", ColumnType.Category, [1], ["x"]));
        Assert.Throws<KeyNotFoundException>(() => new Table([one])["b"]);
    }

    [Fact]
    public void Select_SomeRows_KeepsNumbersAndRenumbersCategories()
    {
        var table = new Table(
            [new NumericColumn("n", ColumnType.Number, [1, 2, 3, 4]), new CategoryColumn("c", ColumnType.Category, [0, 1, -1, 2], ["x", "y", "z"])],
            [10, 20, 30, 40]);
        Table selected = table.Select([3, 2, 1]);
        Assert.Equal([40L, 30, 20], selected.RowNumbers);
        Assert.Equal([4.0, 3, 2], ((NumericColumn)selected["n"]).Values.ToArray());
        Assert.Equal([0, -1, 1], ((CategoryColumn)selected["c"]).Codes.ToArray());
        Assert.Equal(["z", "y"], ((CategoryColumn)selected["c"]).Vocabulary);
    }
}
