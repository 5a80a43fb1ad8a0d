using System.Text.Json.Nodes;
using MlServerless.Functions.Tests.Deployment.Bicep;

namespace MlServerless.Functions.Tests.Deployment;

/// <summary>Alerts: every query has a rule, every rule its query, and names the figure that the query gives.</summary>
public sealed class AlertRuleTests
{
    private static readonly string[] Wanted = ["data-overdue", "drift-open", "error-rate", "no-heartbeat", "poison-message", "run-failed-or-lost"];

    private static BicepFile File { get; } = BicepFile.Named("alerts.bicep");

    private static IReadOnlyList<BicepNode> Rules => File.Of("var").Single(v => v.Name == "rules").Body!.Items;

    [Fact]
    public void Rules_AreThose_EachWithItsQuery()
    {
        Assert.Equal(Wanted, Rules.Select(rule => File.Strings(rule["name"]!)[0]).Order(StringComparer.Ordinal));
        foreach (BicepNode rule in Rules)
        {
            string name = File.Strings(rule["name"]!)[0];
            string path = File.Strings(rule["query"]!.Items[1])[0];
            Assert.Equal($"../queries/{name}.kql", path);
            string query = Repository.Read("infra", "queries", name + ".kql");
            Assert.Contains($"{File.Strings(rule["measure"]!)[0]} = ", query);
            Assert.InRange(int.Parse(rule["severity"]!.Value, System.Globalization.CultureInfo.InvariantCulture), 0, 4);

            // A window shorter than the pause between looks would leave gaps.
            Assert.True(System.Xml.XmlConvert.ToTimeSpan(File.Strings(rule["window"]!)[0]) >= System.Xml.XmlConvert.ToTimeSpan(File.Strings(rule["frequency"]!)[0]), name);

            // An alert over an event that comes once must not call itself settled when no second one follows.
            Assert.Equal(query.Contains("'PoisonQueue'", StringComparison.Ordinal) || query.Contains("'HttpTraffic'", StringComparison.Ordinal) || query.Contains("'Heartbeat'", StringComparison.Ordinal), rule["lasting"]!.Value == "true");
        }

        Assert.Equal(Wanted.Select(name => name + ".kql"), Directory.EnumerateFiles(Repository.Path("infra", "queries")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Heartbeat_ComesTwiceBeforeItIsMissed()
    {
        BicepNode rule = Rules.Single(rule => File.Strings(rule["name"]!)[0] == "no-heartbeat");
        Assert.Equal(["LessThan"], File.Strings(rule["operator"]!));

        // The timer fires every five minutes.
        Assert.True(System.Xml.XmlConvert.ToTimeSpan(File.Strings(rule["window"]!)[0]) >= TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void Workbook_IsOne()
    {
        JsonObject workbook = JsonNode.Parse(Repository.Read("infra", "workbook.json"))!.AsObject();
        Assert.Equal("Notebook/1.0", workbook["version"]!.GetValue<string>());
        JsonNode?[] items = [.. workbook["items"]!.AsArray()];
        Assert.Equal(items.Length, items.Select(item => item!["name"]!.GetValue<string>()).Distinct().Count());
        Assert.All(items.Where(item => item!["type"]!.GetValue<int>() == 3), item => Assert.Equal("microsoft.operationalinsights/workspaces", item!["content"]!["resourceType"]!.GetValue<string>()));
    }
}
