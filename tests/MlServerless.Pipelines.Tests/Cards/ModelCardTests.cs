using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Cards;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Evaluations;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;
using MlServerless.Pipelines.Tests.Reports;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Cards;

[Collection(StorageTests.Name)]
public sealed class ModelCardTests(StorageFixture fixture)
{
    private const string Hostile = "<script>alert('x')</script>&";

    private readonly ManualTime time = new();
    private readonly string pipeline = TestRuns.NewPipeline();

    private const string Spec = """
        {"task":"binary","label":"y","key":["id"],"candidates":[{"trainer":"linear"}],"description":"Who leaves. <script>alert('x')</script>&",
         "problem":{"intendedUse":"Whom to call.","target":"Left.","costOfErrors":{"falsePositive":1,"falseNegative":5,"unit":"EUR","note":"A call."},"owner":"crm","approver":"risk"},
         "evaluation":{"slices":["region","w"]},"gates":{"minimum":{"auc":0.5}}}
        """;

    private ModelCards Cards => new(
        fixture.Storage, new ModelRegistry(fixture.Storage, time), new RunLog(fixture.Storage, time), new SpecCatalog(fixture.Storage), new DataCatalog(fixture.Storage), new HoldOutEvaluator(fixture.Storage));

    [Fact]
    public async Task Read_PromotedVersion_SaysWhatIsKnownOfIt()
    {
        ModelCard card = await ReadAsync();
        Assert.Equal(["champion"], card.Aliases);
        Assert.True(card.Promoted);
        Assert.Equal("Whom to call.", card.Problem!.IntendedUse);
        Assert.Equal((2000L, 2), (card.HoldOutRows, card.Evaluation!.Slices.Count));
        Assert.Equal(1, card.Champion!.Version);
        Assert.Equal(2, card.Gates!.Count);
        Assert.Equal(["x", "w"], card.Inputs.Select(input => input.Name));
        Assert.Contains("cost", card.Evaluation.Metrics.Keys);
        Assert.Contains(card.Limits, limit => limit.StartsWith("Never missing in training or hold-out", StringComparison.Ordinal));
        byte[] json = CanonicalJson.Serialize(card, PipelineJson.Default.ModelCard);
        Assert.Equal(json, CanonicalJson.Serialize(await Cards.ReadAsync(pipeline, 2, CancellationToken.None), PipelineJson.Default.ModelCard));
    }

    [Fact]
    public async Task Build_AnyCard_IsBalancedMarkupThatFetchesNothing()
    {
        byte[] bytes = ModelCardPage.Build(await ReadAsync());
        string page = PageMarkup.Text(bytes);
        if (Environment.GetEnvironmentVariable("CARD_PAGE") is { } file)
            await File.WriteAllBytesAsync(file, bytes);
        PageMarkup.RequireBalanced(page);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Hostile, page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("a false positive 1 EUR, a false negative 5 EUR. A call.", page, StringComparison.Ordinal);
        Assert.Contains("Against champion version 1", page, StringComparison.Ordinal);
        Assert.Equal(1, PageMarkup.CountScripts(page));
        Assert.Equal(bytes, ModelCardPage.Build(await Cards.ReadAsync(pipeline, 2, CancellationToken.None)));
    }

    [Fact]
    public async Task Read_VersionWhoseRunIsUnknown_ShowsTheFiguresThatRemain()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, pipeline, await TestModels.TrainAsync());
        ModelCard card = await Cards.ReadAsync(pipeline, 1, CancellationToken.None);
        Assert.Null(card.Evaluation);
        Assert.Contains("not kept", Assert.Single(card.Limits), StringComparison.Ordinal);
        string page = PageMarkup.Text(ModelCardPage.Build(card));
        PageMarkup.RequireBalanced(page);
        Assert.Contains("Nobody has said it", page, StringComparison.Ordinal);
        Assert.Contains("logLoss", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_NoSuchVersion_IsNotFound() =>
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(() => Cards.ReadAsync(pipeline, 9, CancellationToken.None))).Status);

    private async Task<ModelCard> ReadAsync()
    {
        await TestModels.PromoteAsync(fixture.Storage, time, pipeline, await NoisyModels.TrainAsync(1, "w"), Spec);
        RunRecord run = await EvaluatedRuns.ClaimAsync(fixture.Storage, time, pipeline, await NoisyModels.TrainAsync(2, "x", "w"), NoisyModels.Rows(2000, 7), Spec);
        Assert.True(await EvaluatedRuns.PromoteAsync(fixture.Storage, time, run));
        return await Cards.ReadAsync(pipeline, 2, CancellationToken.None);
    }
}
