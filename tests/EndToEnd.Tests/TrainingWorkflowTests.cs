using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MlServerless.EndToEnd.Support;
using MlServerless.Samples;
using Xunit.Abstractions;

namespace MlServerless.EndToEnd;

/// <summary>What .github/workflows/train.yml runs for a pull request, against the app: the script itself, on a repository of its own.</summary>
[Collection(SharedAppCollection.Name)]
public sealed partial class TrainingWorkflowTests(SharedApp app, ITestOutputHelper output) : AppTest(app, output), IDisposable
{
    private const string Pipeline = "pull-request";
    private readonly string repository = Directory.CreateTempSubdirectory("mlserverless-workflow-").FullName;

    public void Dispose() => Directory.Delete(repository, recursive: true);

    [Fact]
    public async Task ChangedSpec_IsTriedOnADataVersion_AndComparedWithTheChampion()
    {
        await App.PutPipelineAsync(Pipeline, Specs.Quick(SampleData.Churn));
        JsonObject older = await RunAsync(0);
        await Task.Delay(TimeSpan.FromSeconds(1.1));
        JsonObject champion = await RunAsync(1);
        Assert.True(champion.Flag("promotion.promoted"));

        string before = await CommitAsync($"pipelines/{Pipeline}.json", Specs.Quick(SampleData.Churn).ToJsonString());
        string after = await CommitAsync($"pipelines/{Pipeline}.json", Specs.Trees(SampleData.Churn, 10).ToJsonString());
        await CommitAsync("README.md", "Changed too, and no spec.");

        // The newest data, and a version that is older than the champion's: both are compared.
        foreach (string dataVersion in new[] { "", older.Text("dataVersion") })
        {
            (int code, string comparison) = await ScriptAsync(before, "HEAD", dataVersion);
            Assert.True(code == 0, comparison);
            JsonObject run = (await App.GetAsync($"api/runs/{RunId().Match(comparison).Groups["id"].Value}")).Expect(200);
            Assert.Equal("experiment", run.Text("mode"));
            Assert.Equal(dataVersion.Length > 0 ? dataVersion : champion.Text("dataVersion"), run.Text("dataVersion"));
            Assert.Contains($"### {Pipeline} (`pipelines/{Pipeline}.json`)", comparison);
            Assert.Contains($"**completed**, data version `{run.Text("dataVersion")[..12]}`, spec `{run.Text("specHash")[..12]}`, candidate trees", comparison);
            Assert.Contains($"champion, version {champion.Integer("model.version")} |", comparison);
            Assert.Matches(@"\| auc \| 0\.\d+ \| 0\.\d+ \| -?[\d.e-]+ \|", comparison);
            Assert.Contains("- failed: an experiment does not become champion by itself", comparison);
        }

        JsonObject alias = (await App.GetAsync($"api/models/{Pipeline}/aliases/champion")).Expect(200);
        Assert.Equal(champion.Integer("model.version"), alias.Integer("version"));
        Assert.Equal((0, "## Models of this change\n\nNo spec changed.\n"), await ScriptAsync(after, "HEAD"));
    }

    [Fact]
    public async Task Address_MayBeThatOfTheReadme_AndOneThatIsNotTheAppsIsAFailure()
    {
        string before = await CommitAsync("README.md", "Nothing yet.");
        await CommitAsync("pipelines/pull-request-new.json", Specs.Quick(SampleData.Churn).ToJsonString());
        (int code, string comparison) = await ScriptAsync(before, "HEAD", below: "api/");
        Assert.True(code == 0, comparison);
        Assert.Contains("Not tried: There is no pipeline 'pull-request-new'", comparison);
        (code, comparison) = await ScriptAsync(before, "HEAD", below: "elsewhere");
        Assert.Equal(1, code);
        Assert.Contains("does not seem to be the app", comparison);
    }

    [Fact]
    public async Task SpecsThatCannotBeTried_AreExplained()
    {
        await App.PutPipelineAsync("pull-request-bad", Specs.Quick(SampleData.Churn));
        string before = await CommitAsync("README.md", "Nothing yet.");
        await CommitAsync("pipelines/pull-request-new.json", Specs.Quick(SampleData.Churn).ToJsonString());
        (int code, string comparison) = await ScriptAsync(before, "HEAD");
        Assert.True(code == 0, comparison);
        Assert.Contains("Not tried: ", comparison);
        Assert.Contains("pull-request-new", comparison);

        JsonObject wrong = Specs.Quick(SampleData.Churn);
        wrong["lable"] = "churned";
        await CommitAsync("samples/pull-request-bad/pipeline.json", wrong.ToJsonString());
        await CommitAsync("pipelines/broken.json", "{");
        (code, comparison) = await ScriptAsync(before, "HEAD");
        Assert.Equal(1, code);
        Assert.Matches(@"### broken .*\n\nNot JSON: ", comparison);
        Assert.Matches(@"### pull-request-bad .*\n\n(Not tried|Refused with 400): .*", comparison);

        // With data to try it on, the spec is what is wrong.
        await App.WaitForCompletionAsync((await Account.UploadAsync("pull-request-bad", "a.csv", SampleData.Churn.Month(0).Take(600).ToBytes())).RunId);
        (code, comparison) = await ScriptAsync("", "", spec: "samples/pull-request-bad/pipeline.json");
        Assert.Equal(1, code);
        Assert.Contains("Refused with 400: ", comparison);
        Assert.Contains("`$.spec.lable`: ", comparison);
    }

    private async Task<JsonObject> RunAsync(int month)
    {
        SampleFile file = SampleData.Churn.Month(month);
        return await App.WaitForCompletionAsync((await Account.UploadAsync(Pipeline, file.Name, file.Take(2_000).ToBytes())).RunId);
    }

    /// <returns>The commit.</returns>
    private async Task<string> CommitAsync(string file, string content)
    {
        if (!Directory.Exists(Path.Combine(repository, ".git")))
            await GitAsync("init", "--quiet");
        string path = Path.Combine(repository, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, content);
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", file);
        return await GitAsync("rev-parse", "HEAD");
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        (int code, string text) = await RunAsync(new ProcessStartInfo("git", arguments));
        Assert.True(code == 0, text);
        return text.Trim();
    }

    private Task<(int Code, string Comparison)> ScriptAsync(string from, string to, string dataVersion = "", string spec = "", string below = "")
    {
        var start = new ProcessStartInfo("bash", [RepositoryFiles.Path("eng", "train-changed-specs.sh")]);
        (string, string)[] variables =
        [
            ("API", Host.Address.Url.AbsoluteUri + below), ("KEY", Host.Address.HostKey), ("BASE_SHA", from), ("HEAD_SHA", to), ("DATA_VERSION", dataVersion), ("ONE_SPEC", spec), ("POLL_SECONDS", "0.2"), ("MAX_MINUTES", "2"),
            ("AUTH_CLIENT_ID", ""),
        ];
        foreach ((string name, string value) in variables)
            start.Environment[name] = value;
        return RunAsync(start);
    }

    private async Task<(int Code, string Text)> RunAsync(ProcessStartInfo start)
    {
        start.WorkingDirectory = repository;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string fault = await errors;
        return (process.ExitCode, fault.Length > 0 ? text + "stderr: " + fault : text);
    }

    [GeneratedRegex("Run `(?<id>[^`]+)`")]
    private static partial Regex RunId();
}
