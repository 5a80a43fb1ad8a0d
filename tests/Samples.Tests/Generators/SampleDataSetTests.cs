using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Samples;

namespace Samples.Tests.Generators;

public class SampleDataSetTests
{
    public static TheoryData<SampleDataSet> All => new(SampleData.All);

    /// <summary>The bytes are published: a model trained on a sample has a known hash only as long as these stay.</summary>
    [Theory]
    [InlineData("churn", 0, "ecb203083475a4f380a38d9e4acc26df4a2a714a62199c92d68d845df7760c71")]
    [InlineData("churn", 1, "9cf19e2848b917ab363e2827158d65c8262560f3c6bfe0e3357ca7adfe44e695")]
    [InlineData("churn", -1, "d3faf3da2837fdd12993a17d3836aedb3530af5688fdc1a1b7fa052c4ade0701")]
    [InlineData("house-prices", 0, "0e82155472117c9114ff7e0e65fb9378d1de03ce27fdc37b0e838891ccd8d7fe")]
    [InlineData("house-prices", 1, "6fe0222a50829db6f82665f775530395139cebd27d39f2420952aae0f1922cdb")]
    [InlineData("house-prices", -1, "934dbf232ecebee4774780f5f8d8d4b0293d1da48f697bb50eba656b561b06c8")]
    public void Month_WrittenAnywhere_HasTheSameBytes(string name, int month, string sha256)
    {
        SampleDataSet data = SampleData.All.Single(d => d.Name == name);
        byte[] bytes = (month < 0 ? data.Drifted : data.Month(month)).ToBytes();
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Month_OtherCulture_HasTheSameBytes(SampleDataSet data)
    {
        byte[] expected = data.Month(3).Take(200).ToBytes();
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var odd = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            odd.NumberFormat.NumberDecimalSeparator = ",";
            odd.NumberFormat.NegativeSign = "~";
            odd.DateTimeFormat.DateSeparator = "/";
            odd.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = odd;
            Assert.Equal(expected, data.Month(3).Take(200).ToBytes());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Month_EveryRow_HasAllFieldsAndAKeyOfItsOwn(SampleDataSet data)
    {
        SampleFile file = data.Month(0);
        List<string[]> rows = Csv.Parse(file.ToBytes());
        Assert.Equal(data.Columns, rows[0]);
        Assert.Equal(file.Rows, rows.Count - 1);
        Assert.All(rows, row => Assert.Equal(data.Columns.Count, row.Length));

        int key = data.Columns.ToList().IndexOf(data.Key);
        Assert.Equal(file.Rows, rows.Skip(1).Select(r => r[key]).Distinct().Count());
        int label = data.Columns.ToList().IndexOf(data.Label);
        Assert.DoesNotContain(rows, r => r[label].Length == 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Month_Next_HasOtherRowsOfTheSameDistribution(SampleDataSet data)
    {
        List<string[]> first = Csv.Parse(data.Month(0).ToBytes());
        List<string[]> second = Csv.Parse(data.Month(1).ToBytes());
        int key = data.Columns.ToList().IndexOf(data.Key);
        Assert.Empty(first.Skip(1).Select(r => r[key]).Intersect(second.Skip(1).Select(r => r[key])));
        foreach (string column in data.Columns)
            Assert.InRange(Math.Abs(Csv.MissingRate(first, column) - Csv.MissingRate(second, column)), 0, 0.02);
        foreach (string column in data.Columns.Where(c => Csv.IsCategory(first, c)))
        {
            Dictionary<string, double> a = Csv.Proportions(first, column), b = Csv.Proportions(second, column);
            Assert.Equal(a.Keys.Order(StringComparer.Ordinal), b.Keys.Order(StringComparer.Ordinal));
            Assert.All(a, p => Assert.InRange(Math.Abs(p.Value - b[p.Key]), 0, 0.02));
        }
    }

    [Fact]
    public void Drifted_Churn_ShiftsMeansProportionsCategoriesAndMissing()
    {
        List<string[]> before = Csv.Parse(SampleData.Churn.Month(0).ToBytes());
        List<string[]> after = Csv.Parse(SampleData.Churn.Drifted.ToBytes());
        Assert.InRange(Csv.Mean(after, "monthly_charge") / Csv.Mean(before, "monthly_charge"), 1.15, 1.21);
        Assert.DoesNotContain("pay-later", Csv.Proportions(before, "payment").Keys);
        Assert.InRange(Csv.Proportions(after, "payment")["pay-later"], 0.05, 0.12);
        Assert.InRange(Csv.Proportions(after, "contract")["monthly"] - Csv.Proportions(before, "contract")["monthly"], 0.1, 0.2);
        Assert.InRange(Csv.MissingRate(after, "age") - Csv.MissingRate(before, "age"), 0.1, 0.2);
        Assert.InRange(Math.Abs(Csv.MissingRate(after, "payment") - Csv.MissingRate(before, "payment")), 0, 0.01);
    }

    [Fact]
    public void Drifted_HousePrices_ShiftsMeansProportionsCategoriesAndMissing()
    {
        List<string[]> before = Csv.Parse(SampleData.HousePrices.Month(0).ToBytes());
        List<string[]> after = Csv.Parse(SampleData.HousePrices.Drifted.ToBytes());
        Assert.InRange(Csv.Mean(after, "area_m2") / Csv.Mean(before, "area_m2"), 0.8, 0.95);
        Assert.DoesNotContain("Neue Werft", Csv.Proportions(before, "district").Keys);
        Assert.InRange(Csv.Proportions(after, "district")["Neue Werft"], 0.03, 0.1);
        Assert.InRange(Csv.Proportions(after, "district")["Hafen"] - Csv.Proportions(before, "district")["Hafen"], 0.05, 0.15);
        Assert.InRange(Csv.MissingRate(after, "energy_class") - Csv.MissingRate(before, "energy_class"), 0.1, 0.2);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Take_FewerRows_IsThePrefixOfTheFile(SampleDataSet data)
    {
        byte[] all = data.Month(2).ToBytes(), some = data.Month(2).Take(100).ToBytes();
        Assert.Equal(some, all.AsSpan(0, some.Length).ToArray());
        Assert.Equal(101, Csv.Parse(some).Count);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ToPredictionRequest_SameRows_SaysWhatTheCsvSays(SampleDataSet data)
    {
        SampleFile file = data.Month(0).Take(50);
        List<string[]> rows = Csv.Parse(file.ToBytes());
        using JsonDocument request = JsonDocument.Parse(file.ToPredictionRequest(10, 100));
        Assert.Equal(40, request.RootElement.GetArrayLength());
        for (int row = 0; row < 40; row++)
        {
            JsonElement json = request.RootElement[row];
            Assert.Equal(data.Columns.Where(c => c != data.Label), json.EnumerateObject().Select(p => p.Name));
            foreach (JsonProperty field in json.EnumerateObject())
            {
                string text = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.ValueKind == JsonValueKind.Null ? "" : field.Value.GetRawText();
                Assert.Equal(rows[row + 11][data.Columns.ToList().IndexOf(field.Name)], text);
            }
            Assert.Equal(rows[row + 11][data.Columns.ToList().IndexOf(data.Label)], file.LabelOf(row + 10));
        }
        Assert.Equal(request.RootElement[0].GetRawText(), Encoding.UTF8.GetString(file.ToPredictionRow(10)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ReadPipelineSpec_OfTheSample_NamesItsColumns(SampleDataSet data)
    {
        using JsonDocument spec = JsonDocument.Parse(data.ReadPipelineSpec());
        Assert.Equal(data.Label, spec.RootElement.GetProperty("label").GetString());
        Assert.Equal(data.Key, spec.RootElement.GetProperty("key")[0].GetString());
        Assert.All(spec.RootElement.GetProperty("columns").EnumerateObject(), c => Assert.Contains(c.Name, data.Columns));
    }
}
