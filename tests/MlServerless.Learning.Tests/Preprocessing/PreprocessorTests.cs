using System.Text;
using MlServerless.Data;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests.Preprocessing;

public class PreprocessorTests
{
    /// <summary>2024-02-29T13:45:00Z was a Thursday; 1969-07-20T20:17:00Z a Sunday.</summary>
    [Theory]
    [InlineData(1709214240, 2024, 2, 29, 4, 13)]
    [InlineData(-14182980, 1969, 7, 20, 7, 20)]
    [InlineData(0, 1970, 1, 1, 4, 0)]
    [InlineData(951782400, 2000, 2, 29, 2, 0)]
    [InlineData(4107542399, 2100, 2, 28, 7, 23)]
    public void DateTime_Parts_AreThoseOfTheCalendar(double seconds, int year, int month, int day, int weekday, int hour)
    {
        double[] slots = new double[6];
        new DateTimeEncoder(0, "t", referenceDay: 0, hasTimes: true).SetNumber(seconds, slots, 1);
        Assert.Equal([seconds / 86400, year, month, day, weekday, hour], slots);
        DateTime expected = DateTime.UnixEpoch.AddSeconds(seconds);
        Assert.Equal([expected.Year, expected.Month, expected.Day, expected.Hour], new[] { slots[1], slots[2], slots[3], slots[5] }.Select(v => (int)v));
    }

    [Fact]
    public void DateTime_Fit_LearnsReferenceAndWhetherThereAreTimes()
    {
        var days = new NumericColumn("t", ColumnType.DateTime, [86400 * 10, double.NaN, 86400 * 5]);
        DateTimeEncoder dates = DateTimeEncoder.Fit(0, days, [0, 1, 2]);
        Assert.Equal(5, dates.ReferenceDay);
        Assert.False(dates.HasTimes);
        Assert.Equal(5, dates.Slots.Count);
        Assert.True(DateTimeEncoder.Fit(0, new NumericColumn("t", ColumnType.DateTime, [86400 * 10 + 60]), [0]).HasTimes);
        Assert.Equal(0, DateTimeEncoder.Fit(0, days, [1]).ReferenceDay);
    }

    [Fact]
    public void DateTime_OutsideTheCalendar_IsMissing()
    {
        double[] slots = new double[5];
        var encoder = new DateTimeEncoder(0, "t", 0, false);
        foreach (double value in new[] { double.NaN, 1e300, double.NegativeInfinity })
        {
            encoder.SetNumber(value, slots, 1);
            Assert.All(slots, slot => Assert.True(double.IsNaN(slot)));
        }
    }

    [Fact]
    public void Category_Fit_OrdersByFrequencyAndKeepsRareValuesTogether()
    {
        CategoryColumn column = SampleTable.Category("c", ColumnType.Category, ["b", "a", "a", "b", "c", "d", null, "a", "e", "e"]);
        CategoryEncoder encoder = CategoryEncoder.Fit(0, column, [.. Enumerable.Range(0, 10)], maxVocabulary: 254);
        Assert.Equal(["a", "b", "e"], encoder.Vocabulary);
        Assert.Equal(["c", "d"], encoder.Rare);
        Assert.Equal(5, encoder.Slots[0].Buckets);
        Assert.Equal((2.0, true), Bucket("a"));
        Assert.Equal((4.0, true), Bucket("e"));
        Assert.Equal((Buckets.Other, true), Bucket("c"));
        Assert.Equal((Buckets.Other, false), Bucket("never"));
        Assert.Equal(["a"], CategoryEncoder.Fit(0, column, [.. Enumerable.Range(0, 10)], maxVocabulary: 1).Vocabulary);

        (double, bool) Bucket(string value)
        {
            double[] slot = new double[1];
            bool seen = encoder.SetText(Encoding.UTF8.GetBytes(value), slot, 1);
            return (slot[0], seen);
        }
    }

    [Fact]
    public void Category_Fit_SeesTheGivenRowsOnly()
    {
        CategoryColumn column = SampleTable.Category("c", ColumnType.Category, ["a", "a", "b", "b", "b"]);
        Assert.Equal(["a"], CategoryEncoder.Fit(0, column, [0, 1, 2], 254).Vocabulary);
    }

    [Fact]
    public void Bind_SelectedRows_AreReadInTheirOrder()
    {
        Table table = SampleTable.Make(50, 3);
        Preprocessor preprocessor = Fit(table);
        int slots = preprocessor.Slots.Count;
        double[] all = new double[slots * 50];
        preprocessor.Bind(table, null).Read(0, 50, all, 50);
        double[] some = new double[slots * 2];
        preprocessor.Bind(table, [40, 7, 13]).Select([2, 0]).Read(0, 2, some, 2);
        for (int s = 0; s < slots; s++)
            Assert.Equal([all[s * 50 + 13], all[s * 50 + 40]], some[(s * 2)..(s * 2 + 2)]);
    }

    [Fact]
    public void NameOf_PartsOfAnInput_AreNamed()
    {
        Table table = SampleTable.Make(200, 3);
        Preprocessor preprocessor = Fit(table);
        string[] names = [.. Enumerable.Range(0, preprocessor.Slots.Count).Select(preprocessor.NameOf)];
        Assert.Contains("age", names);
        Assert.Contains("signup.dayOfWeek", names);
        Assert.Contains("note.words", names);
    }

    private static Preprocessor Fit(Table table) => Preprocessor.Fit(
        SampleTable.Features, table, [.. Enumerable.Range(0, table.RowCount)], new double[table.RowCount], 0, new EncoderLimits(254, 100, TextOptions.Default));
}
