using MlServerless.DevHost.Azurite;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;
using MlServerless.Pipelines.Tests.Support;
using MlServerless.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MlServerless.Pipelines.Tests.Serving;

[Collection(StorageTests.Name)]
public sealed class ServedModelsTests(StorageFixture fixture)
{
    private readonly ManualTime time = new();
    private readonly PipelineOptions options = new();
    private readonly string model = TestRuns.NewPipeline();

    private ServedModels NewModels(IPipelineStorage storage) =>
        new(new ModelRegistry(storage, time), storage, options, time, NullLogger<ServedModels>.Instance);

    [Fact]
    public async Task GetAsync_NewChampion_AnswersOnceTheAliasIsOld()
    {
        ServedModels models = NewModels(fixture.Storage);
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
        Assert.Equal(1, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(2));
        Assert.Equal(1, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
        time.Advance(options.AliasAge);
        Assert.Equal(2, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
        Assert.Equal(1, (await models.GetAsync(model, 1, CancellationToken.None)).Model.Version);
    }

    [Fact]
    public async Task GetAsync_RolledBackElsewhere_AnswersWithTheChampionBeforeWithinTenSeconds()
    {
        ServedModels models = NewModels(fixture.Storage);
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(2));
        Assert.Equal(2, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
        var aliases = new AliasService(new ModelRegistry(fixture.Storage, time), new PromotionLog(fixture.Storage));
        await aliases.RollbackAsync(model, null, null, new Actor("ada", "complaints"), null, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
    }

    [Fact]
    public async Task Forget_MovedHere_AnswersWithItAtOnce()
    {
        ServedModels models = NewModels(fixture.Storage);
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(1));
        Assert.Equal(1, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
        await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(2));
        models.Forget(model);
        Assert.Equal(2, (await models.GetAsync(model, null, CancellationToken.None)).Model.Version);
    }

    [Fact]
    public async Task GetAsync_UnknownModelOrVersion_Is404()
    {
        ServedModels models = NewModels(fixture.Storage);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(async () => await models.GetAsync(model, null, CancellationToken.None))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ProblemException>(async () => await models.GetAsync(model, 7, CancellationToken.None))).Status);
    }

    [Fact]
    public async Task GetAsync_MoreModelsThanFit_ForgetsTheOldestAndReadsItAgain()
    {
        options.ModelsInMemory = 2;
        ServedModels models = NewModels(fixture.Storage);
        for (ulong seed = 1; seed <= 4; seed++)
            await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(seed));
        var first = (await models.GetAsync(model, 1, CancellationToken.None)).Model;
        for (int version = 2; version <= 4; version++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await models.GetAsync(model, version, CancellationToken.None);
        }

        var again = (await models.GetAsync(model, 1, CancellationToken.None)).Model;
        Assert.NotSame(first, again);
        Assert.Equal(first.Hash, again.Hash);
    }

    [Fact]
    public async Task GetAsync_MoreChampionsThanFit_HoldsNoMoreThanFitAndKeepsThoseInUse()
    {
        options.ModelsInMemory = 2;
        ServedModels models = NewModels(fixture.Storage);
        string[] names = [model, TestRuns.NewPipeline(), TestRuns.NewPipeline()];
        foreach (string name in names)
            await TestModels.PromoteAsync(fixture.Storage, time, name, await TestModels.TrainAsync(1));
        await models.GetAsync(names[0], null, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(1));
        await models.GetAsync(names[1], null, CancellationToken.None);

        // The first is asked again after its alias is old, so it is the second that was used least.
        time.Advance(options.AliasAge);
        var first = (await models.GetAsync(names[0], null, CancellationToken.None)).Model;
        time.Advance(TimeSpan.FromSeconds(1));
        await models.GetAsync(names[2], null, CancellationToken.None);
        Assert.Equal(2, models.LoadedModels);
        Assert.Equal(new[] { names[0], names[2] }.Order(StringComparer.Ordinal), models.Champions.Select(answer => answer.Model.Name));
        Assert.Same(first, (await models.GetAsync(names[0], null, CancellationToken.None)).Model);
        Assert.Equal(names[1], (await models.GetAsync(names[1], null, CancellationToken.None)).Model.Name);
        Assert.Equal(2, models.LoadedModels);
    }

    [Fact]
    public async Task GetAsync_StorageGone_KeepsTheChampionAndSaysSo()
    {
        await using AzuriteServer azurite = await AzuriteServer.StartAsync(new AzuriteOptions(), CancellationToken.None);
        IPipelineStorage storage = AzurePipelineStorage.Create(new StorageSettings { ConnectionString = azurite.ConnectionString });
        await storage.EnsureCreatedAsync(CancellationToken.None);
        ModelArtifact artifact = await TestModels.TrainAsync();
        await TestModels.PromoteAsync(storage, time, model, artifact);
        ServedModels models = NewModels(storage);
        Assert.False((await models.GetAsync(model, null, CancellationToken.None)).Degraded);
        await azurite.DisposeAsync();
        time.Advance(options.AliasAge);
        ModelAnswer answer = await models.GetAsync(model, null, CancellationToken.None);
        Assert.True(answer.Degraded);
        Assert.Equal(artifact.Hash, answer.Model.Hash);
    }

    [Fact]
    public async Task GetAsync_BrokenNewArtifact_NeverReplacesTheChampion()
    {
        ServedModels models = NewModels(fixture.Storage);
        ModelArtifact good = await TestModels.TrainAsync(1);
        await TestModels.PromoteAsync(fixture.Storage, time, model, good);
        await models.GetAsync(model, null, CancellationToken.None);
        ModelVersion broken = await TestModels.PromoteAsync(fixture.Storage, time, model, await TestModels.TrainAsync(9));
        await fixture.Blobs.GetBlobContainerClient("store").GetBlobClient($"sha256/{broken.Hash.Hex[..2]}/{broken.Hash.Hex}").UploadAsync(BinaryData.FromString("{}"), overwrite: true);
        time.Advance(options.AliasAge);
        ModelAnswer answer = await models.GetAsync(model, null, CancellationToken.None);
        Assert.Equal(good.Hash, answer.Model.Hash);
        Assert.True(answer.Degraded);
    }
}
