using System.Text;
using MlServerless.Demo.Hosting;
using MlServerless.Samples;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Calls to try by hand while the demo goes on serving.</summary>
internal static class CurlLines
{
    /// <summary>Writes the next month into the folder as a file to upload, and prints the calls.</summary>
    public static void Print(IAnsiConsole console, DevHostAddress address, DemoFolder folder, Uploader uploader, TimeProvider time)
    {
        SampleDataSet data = SampleData.Churn;
        SampleFile month = data.Month(1);
        string file = Path.Combine(folder.Path, month.Name);
        using (FileStream stream = File.Create(file))
            month.WriteTo(stream);

        const string Call = "curl -s -H \"x-functions-key: $KEY\"";
        string row = Encoding.UTF8.GetString(month.ToPredictionRow(0));
        // Past the console's wrapping, so that the lines can be copied.
        TextWriter output = console.Profile.Out.Writer;
        output.WriteLine($"  API={address.BaseAddress}api KEY={address.Key}");
        output.WriteLine($"  curl -s -X PUT -H \"x-ms-blob-type: BlockBlob\" --data-binary @{file} \"{uploader.Address($"{data.Name}/{month.Name}", time)}\"");
        output.WriteLine($"  {Call} $API/pipelines/{data.Name}/runs");
        output.WriteLine($"  {Call} $API/models/{data.Name}");
        output.WriteLine($"  {Call} $API/models/{data.Name}/predict -d '{row}'");
        output.WriteLine($"  curl -s -X PUT -H \"x-ms-blob-type: BlockBlob\" --data-binary @{file} \"{uploader.Address($"{data.Name}/rows.csv", time, "batches")}\"");
        output.WriteLine($"  {Call} $API/models/{data.Name}/batch -d '{{\"blob\":\"{data.Name}/rows.csv\"}}'");
        output.WriteLine($"  {Call} $API/models/{data.Name}/drift");
        output.WriteLine();
    }
}
