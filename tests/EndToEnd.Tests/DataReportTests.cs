using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>What is known of data versions, and what differs between two, as JSON and as pages.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class DataReportTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Pipeline = "data-reports";
    private const int Rows = 1_000;

    [Fact]
    public async Task TwoMonths_HaveReportsSchemasAndADifference()
    {
        await App.PutPipelineAsync(Pipeline, Specs.Quick(SampleData.Churn));
        string first = await TrainAsync(0);
        string second = await TrainAsync(1);

        JsonObject version = (await App.GetAsync($"api/dataversions/{first}")).Expect(200);
        Assert.Equal((first, Pipeline), (version.Text("id"), version.Text("pipeline")));
        JsonObject report = (await App.GetAsync($"api/dataversions/{second}/report")).Expect(200);
        Assert.Equal((Rows, false), (report.Integer("report.rows"), report.Flag("report.blocking")));
        Assert.Equal(first, report.Text("previous.dataVersion"));
        JsonObject schema = (await App.GetAsync($"api/dataversions/{second}/schema")).Expect(200);
        Assert.Equal(report.At("schema").ToJsonString(), schema.ToJsonString());
        await ExpectPageAsync($"api/dataversions/{second}/report", Pipeline, second);

        JsonObject diff = (await App.GetAsync($"api/dataversions/{first}/diff/{second}")).Expect(200);
        Assert.Equal(["customer_id"], diff.Texts("rows.key"));
        Assert.Equal(Rows, diff.Integer("rows.removed") + diff.Integer("rows.changed") + diff.Integer("rows.unchanged"));
        Assert.Equal(Rows, diff.Integer("rows.added") + diff.Integer("rows.changed") + diff.Integer("rows.unchanged"));
        Assert.True(diff.Integer("rows.added") + diff.Integer("rows.changed") > 0);
        Assert.Empty(diff.Objects("schema"));
        Assert.NotEmpty(diff.Objects("distributions.features"));
        await ExpectPageAsync($"api/dataversions/{first}/diff/{second}", Pipeline, first);

        JsonObject same = (await App.GetAsync($"api/dataversions/{first}/diff/{first}?pipeline={Pipeline}&key=")).Expect(200);
        Assert.Equal((0, 0, 0, Rows), (same.Integer("rows.added"), same.Integer("rows.removed"), same.Integer("rows.changed"), same.Integer("rows.unchanged")));
        JsonObject byTwo = (await App.GetAsync($"api/dataversions/{first}/diff/{second}?key=customer_id&key=plan")).Expect(200);
        Assert.Equal(["customer_id", "plan"], byTwo.Texts("rows.key"));

        (await App.GetAsync($"api/dataversions/{first}/diff/{second}?key=nothing")).ExpectProblem(422, "no column 'nothing'", "key=");
        (await App.GetAsync($"api/dataversions/{first}/diff/{second}?key=plan&key=plan")).ExpectProblem(400, "key=first");
        (await App.GetAsync($"api/dataversions/{first}/diff/{new string('0', 64)}")).ExpectProblem(404, "data version");
        (await App.GetAsync($"api/dataversions/{first}/diff/latest")).ExpectProblem(400, "64");
        (await App.GetAsync($"api/dataversions/{first}/diff/{second}?format=xml")).ExpectProblem(400, "format=html");
    }

    private async Task<string> TrainAsync(int month)
    {
        SampleFile file = SampleData.Churn.Month(month);
        Upload upload = await Account.UploadAsync(Pipeline, file.Name, file.Take(Rows).ToBytes());
        await Account.SendEventAsync(upload.ToEvent($"7f5f0b1c-0000-4000-8000-0000000001{month:D2}"));
        return (await App.WaitForCompletionAsync(upload.RunId)).Text("dataVersion");
    }

    /// <summary>The page by the Accept header and by the query are the same, and may do nothing but what it holds.</summary>
    private async Task ExpectPageAsync(string path, params string[] told)
    {
        ApiAnswer page = await App.SendAsync(HttpMethod.Get, path, headers: ("Accept", "text/html,*/*;q=0.8"));
        Assert.Equal((200, "text/html"), (page.Status, page.ContentType));
        Assert.StartsWith("<!doctype html>", page.Text, StringComparison.Ordinal);
        Assert.Contains("<svg", page.Text, StringComparison.Ordinal);
        Assert.All(told, text => Assert.Contains(text, page.Text, StringComparison.Ordinal));
        Assert.StartsWith("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(page.Text, (await App.GetAsync($"{path}?format=html")).Text);
    }
}
