using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Tests.Support;

namespace MlServerless.Pipelines.Tests.Registry;

[Collection(StorageTests.Name)]
public sealed class AliasServiceTests(StorageFixture fixture)
{
    private static readonly Actor Ada = new("ada", "complaints");
    private readonly ManualTime time = new();
    private readonly string model = TestRuns.NewPipeline();

    private ModelRegistry Registry => new(fixture.Storage, time);

    private PromotionLog Log => new(fixture.Storage);

    private AliasService Service => new(Registry, Log);

    private async Task PromoteAsync(int versions)
    {
        for (int i = 1; i <= versions; i++)
            await TestVersions.PromoteAsync(Registry, model, $"{i}", $"run{i}");
    }

    private async Task<int> ChampionAsync() => (await Registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None))!.Version;

    private Task<ModelAlias> RollBackAsync(int? version = null, string? ifMatch = null, string? request = null) =>
        Service.RollbackAsync(model, version, ifMatch, Ada, request, CancellationToken.None);

    private static async Task<ProblemException> RefusedAsync(int status, Func<Task> call)
    {
        ProblemException problem = await Assert.ThrowsAsync<ProblemException>(call);
        Assert.Equal(status, problem.Status);
        return problem;
    }

    [Fact]
    public async Task SetAsync_WithTheETagItWasReadWith_MovesAndIsLogged()
    {
        await PromoteAsync(2);
        ModelAlias made = await Service.SetAsync(model, "challenger", 2, null, Ada, CancellationToken.None);
        ModelAlias moved = await Service.SetAsync(model, "challenger", 1, made.ETag, Ada, CancellationToken.None);
        Assert.Equal(1, moved.Version);
        PromotionLogEntry entry = (await Log.ListAsync(model, CancellationToken.None).ToListAsync())[^1];
        Assert.Equal(("set", "challenger", 2, 1, "ada", "complaints"), (entry.Action, entry.Alias, entry.FromVersion, entry.ToVersion, entry.Who, entry.Why));
        Assert.True((await Log.VerifyAsync(model, CancellationToken.None)).Intact);
    }

    [Fact]
    public async Task SetAsync_NotAsTheConditionSays_Is412AndChangesNothing()
    {
        await PromoteAsync(2);
        ModelAlias made = await Service.SetAsync(model, "challenger", 2, null, Ada, CancellationToken.None);
        await Service.SetAsync(model, "challenger", 1, made.ETag, Ada, CancellationToken.None);
        await RefusedAsync(412, () => Service.SetAsync(model, "challenger", 2, made.ETag, Ada, CancellationToken.None));
        await RefusedAsync(412, () => Service.SetAsync(model, "challenger", 2, null, Ada, CancellationToken.None));
        await RefusedAsync(412, () => Service.SetAsync(model, "other", 2, "*", Ada, CancellationToken.None));
        await RefusedAsync(404, () => Service.SetAsync(model, "other", 3, null, Ada, CancellationToken.None));
        Assert.Equal(4, await Log.ListAsync(model, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task SetAsync_TwoAtOnceWithOneETag_OneWinsAndTheLogHasOneEntryMore()
    {
        await PromoteAsync(3);
        string etag = (await Registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None))!.ETag;
        async Task<int> SetAsync(int version)
        {
            try
            {
                return (await Service.SetAsync(model, ModelAlias.Champion, version, etag, Ada, CancellationToken.None)).Version;
            }
            catch (ProblemException problem)
            {
                return -problem.Status;
            }
        }

        int[] answers = await Task.WhenAll(SetAsync(1), SetAsync(2));
        Assert.Contains(-412, answers);
        Assert.Equal(answers.Max(), await ChampionAsync());
        Assert.Equal(4, await Log.ListAsync(model, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task DeleteAsync_Challenger_GoesAndIsLoggedButNotTheChampion()
    {
        await PromoteAsync(1);
        ModelAlias made = await Service.SetAsync(model, "challenger", 1, null, Ada, CancellationToken.None);
        await RefusedAsync(412, () => Service.DeleteAsync(model, "challenger", "0", Ada, CancellationToken.None));
        await RefusedAsync(409, () => Service.DeleteAsync(model, ModelAlias.Champion, "*", Ada, CancellationToken.None));
        await Service.DeleteAsync(model, "challenger", made.ETag, Ada, CancellationToken.None);
        Assert.Null(await Registry.FindAliasAsync(model, "challenger", CancellationToken.None));
        PromotionLogEntry entry = (await Log.ListAsync(model, CancellationToken.None).ToListAsync())[^1];
        Assert.Equal(("delete", 1, null), (entry.Action, entry.FromVersion, entry.ToVersion));
        Assert.True((await Log.VerifyAsync(model, CancellationToken.None)).Intact);
        await Service.SetAsync(model, "challenger", 1, null, Ada, CancellationToken.None);
    }

    [Fact]
    public async Task RollbackAsync_AgainAndAgain_GoesBackThroughTheChampionsBefore()
    {
        await PromoteAsync(3);
        Assert.Equal(2, (await RollBackAsync()).Version);
        Assert.Equal(1, (await RollBackAsync()).Version);
        await RefusedAsync(409, () => RollBackAsync());
        await TestVersions.PromoteAsync(Registry, model, "4", "run4");
        Assert.Equal(1, (await RollBackAsync()).Version);
    }

    [Fact]
    public async Task RollbackAsync_SameRequestTwice_GoesBackOnce()
    {
        await PromoteAsync(3);
        Assert.Equal(2, (await RollBackAsync(request: "a")).Version);
        Assert.Equal(2, (await RollBackAsync(request: "a")).Version);
        Assert.Equal(4, await Log.ListAsync(model, CancellationToken.None).CountAsync());
    }

    [Fact]
    public async Task RollbackAsync_ToANamedVersion_MarksTheOneThatIsLeft()
    {
        await PromoteAsync(3);
        Assert.Equal(1, (await RollBackAsync(version: 1)).Version);
        Assert.Equal("complaints", (await Registry.FindVersionAsync(model, 3, CancellationToken.None))!.Withdrawn!.Why);
        string etag = (await Registry.FindAliasAsync(model, ModelAlias.Champion, CancellationToken.None))!.ETag;
        await RefusedAsync(412, () => RollBackAsync(version: 2, ifMatch: "1"));
        await Service.SetAsync(model, ModelAlias.Champion, 3, etag, Ada, CancellationToken.None);
        Assert.Null((await Registry.FindVersionAsync(model, 3, CancellationToken.None))!.Withdrawn);
    }
}
