using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>A CSV in a blob container becomes a served, watched model: both samples as they are delivered, with a part of their rows.</summary>
[Collection(SharedAppCollection.Name)]
public sealed class MainJobTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output)
{
    private const int Rows = 6_000;
    private const int PredictedRows = 1_000;

    [Theory]
    [InlineData("churn", "payment", "monthly_charge")]
    [InlineData("house-prices", "district", "area_m2")]
    public async Task Upload_BecomesAServedAndWatchedModel(string name, string driftedCategory, string driftedNumber)
    {
        SampleDataSet sample = SampleData.All.Single(sample => sample.Name == name);
        JsonObject spec = Specs.Of(sample);
        await App.PutPipelineAsync(name, spec);

        JsonObject first = await RunAsync(sample.Month(0), name);
        Assert.Equal(spec.Objects("candidates").Select(candidate => candidate.Text("name")), first.Objects("candidates").Select(candidate => candidate.Text("name")));
        Assert.Contains(first.Text("chosen"), first.Objects("candidates").Select(candidate => candidate.Text("name")));
        Assert.False(first.Flag("report.blocking"));
        Assert.Equal(Rows, first.Integer("report.rows"));
        Assert.True(first.Flag("promotion.promoted"), first.ToJsonString());
        Assert.Equal(1, first.Integer("model.version"));

        await PredictsAsync(sample, first);
        await DriftIsToldAsync(sample, driftedCategory, driftedNumber);

        JsonObject second = await RunAsync(sample.Month(1), name);
        Assert.Equal(first.Text("specHash"), second.Text("specHash"));
        Assert.NotEqual(first.Text("dataVersion"), second.Text("dataVersion"));
        GatesSayWhy(spec, second);
        await RegistryIsConsistentAsync(name, [first, second]);
        await DriftOfDataVersionsAsync(sample, first);
        Assert.Equal(0, await Account.CountPoisonAsync());
    }

    private async Task<JsonObject> RunAsync(SampleFile file, string name)
    {
        Upload upload = await Account.UploadAsync(name, file.Name, file.Take(Rows).ToBytes());
        return await App.WaitForCompletionAsync(upload.RunId);
    }

    private async Task PredictsAsync(SampleDataSet sample, JsonObject run)
    {
        JsonObject many = await App.PredictAsync(sample.Name, sample.Month(2).ToPredictionRequest(0, 20));
        Assert.Equal(run.Text("model.hash"), many.Text("modelHash"));
        Assert.Equal(20, many.Objects("predictions").Count);
        JsonObject one = await App.PredictAsync(sample.Name, sample.Month(2).ToPredictionRow(7));
        Assert.Equal(WithoutId(many.Objects("predictions")[7]), WithoutId(Assert.Single(one.Objects("predictions"))));

        ApiAnswer byVersion = await App.PostAsync($"api/models/{sample.Name}/predict?version=1", sample.Month(2).ToPredictionRow(7));
        Assert.Equal(WithoutId(one.Objects("predictions")[0]), WithoutId(byVersion.Expect(200).Objects("predictions")[0]));
        (await App.PostAsync($"api/models/{sample.Name}/predict?version=99", sample.Month(2).ToPredictionRow(7))).ExpectProblem(404, "99");
    }

    /// <summary>Every prediction has an id of its own.</summary>
    private static string WithoutId(JsonObject prediction)
    {
        JsonObject same = prediction.DeepClone().AsObject();
        Assert.True(same.Remove("id"));
        return same.ToJsonString();
    }

    /// <summary>First rows like those of the training, then as many drifted ones that they outweigh the others in the same window.</summary>
    private async Task DriftIsToldAsync(SampleDataSet sample, string category, string number)
    {
        await App.PredictAsync(sample.Name, sample.Month(3).ToPredictionRequest(0, PredictedRows));
        JsonObject calm = await App.DriftAsync(sample.Name);
        Assert.True(calm.Text("verdict") is "ok" or "watch", calm.ToJsonString());
        Assert.DoesNotContain(calm.Objects("features"), feature => feature.Flag("drifted"));

        for (int start = 0; start < 4 * PredictedRows; start += PredictedRows)
        {
            JsonObject answer = await App.PredictAsync(sample.Name, sample.Drifted.ToPredictionRequest(start, PredictedRows));
            Assert.Contains(answer.Objects("warnings"), warning => warning.Text("column") == category && warning.Text("code") == "unseen-category");
        }

        JsonObject drifted = await App.DriftAsync(sample.Name);
        Assert.Equal("drift", drifted.Text("verdict"));
        string[] named = [.. drifted.Objects("features").Where(feature => feature.Flag("drifted")).Select(feature => feature.Text("name"))];
        Assert.Contains(category, named);
        Assert.Contains(number, named);
        Assert.All(drifted.Objects("features"), feature => Assert.NotEmpty(feature.Text("reason")));

        JsonObject latest = (await App.GetAsync($"api/models/{sample.Name}/drift")).Expect(200);
        Assert.Equal(drifted.ToJsonString(), latest.ToJsonString());
    }

    private async Task DriftOfDataVersionsAsync(SampleDataSet sample, JsonObject first)
    {
        JsonObject own = await App.DriftAsync(sample.Name, first.Text("dataVersion"));
        Assert.Equal("ok", own.Text("verdict"));

        JsonObject month = await RunAsync(sample.Drifted, sample.Name);
        // Had the drifted month been promoted, the comparison would be with itself.
        if (month.Flag("promotion.promoted"))
            return;
        JsonObject drifted = await App.DriftAsync(sample.Name, month.Text("dataVersion"));
        Assert.Equal("drift", drifted.Text("verdict"));
        Assert.Equal(Rows, drifted.Integer("currentRows"));
    }

    /// <summary>One reason for every gate of the spec and one for the champion, and the outcome follows from them.</summary>
    private static void GatesSayWhy(JsonObject spec, JsonObject run)
    {
        IReadOnlyList<string> reasons = run.Texts("promotion.reasons");
        string[] limits = ["gates.minimum", "gates.maximum", "gates.slices.minimum", "gates.slices.maximum", "gates.slices.maxDifference", "gates.slices.minRatio"];
        int gates = limits.Sum(part => (spec.Find(part) as JsonObject)?.Count ?? 0)
            + ((string[])["gates.maxModelBytes", "gates.maxLatencyMicroseconds", "gates.slices.noneWorse"]).Count(part => spec.Find(part) is not null)
            + ((string[])["gates.rules", "gates.rowRules"]).Sum(part => (spec.Find(part) as JsonArray)?.Count ?? 0);
        Assert.Equal(gates + 1, reasons.Count);
        Assert.All(reasons, reason => Assert.Matches("^(passed|failed): ", reason));
        Assert.Equal(run.Flag("promotion.promoted"), reasons.All(reason => reason.StartsWith("passed: ", StringComparison.Ordinal)));
        Assert.Contains("champion version 1", reasons[^1]);
        Assert.Equal(1, run.Integer("holdOut.championVersion"));
        Assert.True(run.At("holdOut.championMetrics").AsObject().ContainsKey(spec.Text("metric")));
    }

    private async Task RegistryIsConsistentAsync(string name, IReadOnlyList<JsonObject> runs)
    {
        JsonObject model = await App.ModelAsync(name);
        IReadOnlyList<JsonObject> versions = model.Objects("versions");
        Assert.Equal(runs.Select(run => run.Text("model.hash")), versions.Select(version => version.Text("hash")));
        Assert.Equal(runs.Select(run => run.Text("id")), versions.Select(version => version.Text("runId")));
        Assert.Equal(runs.Select(run => run.Text("dataVersion")), versions.Select(version => version.Text("dataVersion")));

        IReadOnlyList<JsonObject> log = model.Objects("log");
        Assert.Equal(runs.Where(run => run.Flag("promotion.promoted")).Select(run => run.Text("id")), log.Select(entry => entry.Text("runId")));
        Assert.Equal(model.Integer("aliases.champion"), log[^1].Integer("toVersion"));
        string? before = null;
        foreach (JsonObject entry in log)
        {
            if (before is not null)
                Assert.Equal(before, entry.Text("previous"));
            before = entry.Text("hash");
            JsonObject hashed = entry.DeepClone().AsObject();
            hashed.Remove("hash");
            Assert.Equal(ContentHash.Of(CanonicalJson.Canonicalize(System.Text.Encoding.UTF8.GetBytes(hashed.ToJsonString()))).Hex, before);
        }
    }
}
