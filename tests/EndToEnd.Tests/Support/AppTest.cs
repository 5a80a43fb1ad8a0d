using Xunit.Abstractions;

namespace MlServerless.EndToEnd.Support;

/// <summary>A test against a running app. What the DevHost printed meanwhile goes to the test's output, which is shown when it fails.</summary>
public abstract class AppTest : IAsyncLifetime
{
    private const int LinesShown = 150;

    private readonly ITestOutputHelper output;
    private readonly DevHostFixture fixture;
    private readonly int firstLine;

    private protected AppTest(DevHostFixture fixture, ITestOutputHelper output)
    {
        this.fixture = fixture;
        this.output = output;
        firstLine = fixture.Host.Output.Count;
    }

    private protected DevHostProcess Host => fixture.Host;

    private protected AppClient App => fixture.App;

    /// <summary>The account as it is now: another DevHost may have another.</summary>
    private protected Account Account => fixture.Account;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        foreach (string line in Host.Output.LinesFrom(firstLine).TakeLast(LinesShown))
            output.WriteLine(line);
        return Task.CompletedTask;
    }

    /// <summary>Waits until a run of <see cref="Specs.Slow"/> is in the middle of its training, so that there is a checkpoint and much left to do.</summary>
    private protected async Task WaitForTrainingAsync(Upload upload)
    {
        await App.WaitForRunAsync(upload.RunId, "training", run => run.Find("stage")?.GetValue<string>() == "train");
        while ((await Account.CheckpointsAsync(upload.RunId)).Count == 0)
        {
            Assert.True((await App.FindRunAsync(upload.RunId))!.Text("stage") == "train", "The training ended before it had written a checkpoint");
            await Task.Delay(20);
        }
    }
}
