using MlServerless.Pipelines.Runs;

namespace MlServerless.EndToEnd.Support;

/// <summary>What must stand, and what must not, after the one run of a pipeline has completed.</summary>
internal static class Leftovers
{
    public static async Task NoneAsync(Account account, Upload upload)
    {
        ILookup<string, string> registry = await Account.KeysAsync(account.Storage.Registry, upload.Pipeline);
        Assert.Single(registry["version"]);
        Assert.Single(registry["hash"]);
        Assert.Single(registry["alias"]);
        Assert.Single(registry["log"]);
        ILookup<string, string> data = await Account.KeysAsync(account.Storage.Data, upload.Pipeline);
        Assert.Single(data["version"]);
        Assert.Single(data["arrival"]);
        ILookup<string, string> runs = await Account.KeysAsync(account.Storage.Runs, upload.Pipeline);
        Assert.Single(runs["run"]);
        Assert.Empty(runs["active"]);

        RunRecord record = await account.ReadRunAsync(upload.Pipeline, upload.RunId);
        Assert.Empty(record.OpenSteps);
        Assert.All(record.Stages, stage => Assert.NotNull(stage.EndedAt));
        Assert.Empty(await account.CheckpointsAsync(upload.RunId));
    }
}
