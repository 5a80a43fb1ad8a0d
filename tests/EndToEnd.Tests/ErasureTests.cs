using System.Text;
using System.Text.Json.Nodes;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>Rows that somebody asks to have erased.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class ErasureTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const string Pipeline = "erased";

    [Fact]
    public async Task Erase_ACustomer_IsGoneFromTheDataAndARunFollows()
    {
        await App.PutPipelineAsync(Pipeline, Specs.Quick(SampleData.Churn));
        byte[] csv = SampleData.Churn.Month(0).Take(600).ToBytes();
        string customer = Encoding.UTF8.GetString(csv).Split('\n')[1].Split(',')[0];
        Upload upload = await Account.UploadAsync(Pipeline, "a.csv", csv);
        JsonObject before = await App.WaitForCompletionAsync(upload.RunId);

        ApiAnswer refused = await EraseAsync(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = customer }) });
        Assert.Equal("$.keys[0]", refused.ExpectProblem(400).Objects("errors")[0].Text("path"));
        JsonObject accepted = (await EraseAsync(new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["customer_id"] = customer }), ["reason"] = "request 1" })).Expect(202);
        Assert.DoesNotContain(customer, accepted.ToJsonString(), StringComparison.Ordinal);
        JsonObject erasure = await WaitAsync(accepted.Text("id"));

        Assert.Equal(1, erasure.Integer("rows"));
        JsonObject version = Assert.Single(erasure.Objects("versions"));
        Assert.Equal(before.Text("dataVersion"), version.Text("dataVersion"));
        JsonObject after = await App.WaitForCompletionAsync(erasure.Text("runId"));
        Assert.Equal(version.Text("replacedBy"), after.Text("dataVersion"));

        JsonObject report = (await App.GetAsync($"api/dataversions/{after.Text("dataVersion")}/report")).Expect(200);
        Assert.Equal(599, report.Integer("profile.rows"));
        JsonObject record = (await App.GetAsync($"api/dataversions/{before.Text("dataVersion")}")).Expect(200);
        Assert.Equal(version.Text("replacedBy"), record.Text("removed.replacedBy"));
        Assert.Contains("replaces it", (await App.PostAsync($"api/pipelines/{Pipeline}/runs", new JsonObject { ["dataVersion"] = before.Text("dataVersion") })).ExpectProblem(410).Text("detail"), StringComparison.Ordinal);
    }

    private Task<ApiAnswer> EraseAsync(JsonObject body) => App.PostAsync($"api/pipelines/{Pipeline}/erasures", body);

    private async Task<JsonObject> WaitAsync(string id)
    {
        for (int i = 0; i < 300; i++)
        {
            JsonObject erasure = (await App.GetAsync($"api/pipelines/{Pipeline}/erasures/{id}")).Expect(200);
            if (erasure.Text("status") == "completed")
                return erasure;
            await Task.Delay(100);
        }

        throw new TimeoutException($"Erasure {id} was not completed within 30 s.");
    }
}
