using System.Diagnostics;
using MlServerless.Demo.Api;
using MlServerless.Demo.Hosting;
using MlServerless.Demo.Output;
using MlServerless.Samples;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>The main job from beginning to end, as a user would do it.</summary>
internal sealed class MainJob(DemoOptions options, DemoFolder folder, IAnsiConsole console, TimeProvider time)
{
    /// <summary>Publishing the app and installing the storage emulator for the first time take most of it; a small machine needs many minutes to compile.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(45);

    /// <summary>The DevHost's lists of functions and keys begin with this; what comes before says what takes so long.</summary>
    private const string ListsBegin = "Functions of ";

    private volatile bool starting = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        Heading("Starting the DevHost, the storage emulator and the app");
        await using DevHostProcess devHost = DevHostProcess.Start(options.Port ?? 0, folder, options.AppDirectory, ShowStarting);
        DevHostAddress address = await devHost.WaitUntilReadyAsync(StartLimit, cancellationToken);
        using var api = new ApiClient(address.BaseAddress, address.Key);
        await api.WaitUntilReadyAsync(TimeSpan.FromSeconds(60), cancellationToken);
        console.WriteLine($"  serving on {address.BaseAddress} after {Show.Seconds(clock.Elapsed)}");

        await WriteSpecsAsync(api, cancellationToken);
        var uploader = new Uploader(address.StorageConnection);
        var watcher = new RunWatcher(api, console, time);

        Heading("Uploading the first month; each upload starts a run");
        RunReports.Show(console, await UploadAndWatchAsync(uploader, watcher, d => d.Month(0), cancellationToken));
        await ShowPromotedAsync(api, cancellationToken);

        Heading("Predictions for rows that the models have not seen");
        foreach (SampleDataSet data in SampleData.All)
            await new PredictionStep(api, console, data).ShowSomeAsync(cancellationToken);

        Heading("A later month asks for predictions, and the drift report");
        foreach (SampleDataSet data in SampleData.All)
            await new DriftStep(api, console, time, data).RunAsync(cancellationToken);

        Heading("Uploading the later month; the new model is measured against the champion");
        RunReports.Show(console, await UploadAndWatchAsync(uploader, watcher, d => d.Drifted, cancellationToken));
        await ShowPromotedAsync(api, cancellationToken);

        console.WriteLine();
        console.WriteLine($"Done in {Show.Seconds(clock.Elapsed)}.");
        if (options.Keep)
            await ServeAsync(devHost, address, uploader, cancellationToken);
    }

    private void ShowStarting(string line)
    {
        starting = starting && !line.StartsWith(ListsBegin, StringComparison.Ordinal);
        bool log = line.Length > 0 && char.IsAsciiDigit(line[0]);
        if (starting && !log)
            console.WriteLine($"  {line}");
    }

    private void Heading(string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{text.EscapeMarkup()}[/]");
    }

    private async Task WriteSpecsAsync(ApiClient api, CancellationToken cancellationToken)
    {
        Heading("Writing the pipeline specs");
        foreach (SampleDataSet data in SampleData.All)
        {
            PipelineSaved saved = await api.PutPipelineAsync(data.Name, data.ReadPipelineSpec(), cancellationToken);
            console.WriteLine($"  {saved.Name}: spec {Show.ShortHash(saved.SpecHash)}");
        }
    }

    private static async Task<IReadOnlyList<Run>> UploadAndWatchAsync(Uploader uploader, RunWatcher watcher, Func<SampleDataSet, SampleFile> file, CancellationToken cancellationToken)
    {
        var uploads = new List<Upload>();
        foreach (SampleDataSet data in SampleData.All)
            uploads.Add(await uploader.UploadAsync(data, file(data), cancellationToken));
        return await watcher.WatchAsync(uploads, cancellationToken);
    }

    private async Task ShowPromotedAsync(ApiClient api, CancellationToken cancellationToken)
    {
        foreach (SampleDataSet data in SampleData.All)
        {
            Model model = await api.GetModelAsync(data.Name, cancellationToken);
            if (!model.Aliases.TryGetValue("champion", out int champion))
                throw new DemoException($"No version of {data.Name} was promoted.");
            ModelVersion version = model.Versions.Single(v => v.Version == champion);
            console.WriteLine($"  {data.Name}: version {champion} is champion, model {Show.ShortHash(version.Hash)}");
        }
    }

    private async Task ServeAsync(DevHostProcess devHost, DevHostAddress address, Uploader uploader, CancellationToken cancellationToken)
    {
        Heading("Serving until Ctrl-C. Try:");
        CurlLines.Print(console, address, folder, uploader, time);
        try
        {
            await devHost.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }
        if (!cancellationToken.IsCancellationRequested)
            throw new DemoException("The DevHost has ended by itself.");
        console.WriteLine("Stopping.");
    }
}
