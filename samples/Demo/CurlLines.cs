using System.Text;
using MlServerless.Demo.Hosting;
using MlServerless.Samples;
using Spectre.Console;

namespace MlServerless.Demo;

/// <summary>Calls to try by hand while the demo goes on serving.</summary>
internal static class CurlLines
{
    public static void Print(IAnsiConsole console, DevHostAddress address)
    {
        // Written past the console's wrapping, so that the lines can be copied.
        TextWriter output = console.Profile.Out.Writer;
        string row = Encoding.UTF8.GetString(SampleData.Churn.Month(1).ToPredictionRow(0));
        output.WriteLine($"  KEY={address.Key}");
        output.WriteLine($"  curl -s -H \"x-functions-key: $KEY\" {address.BaseAddress}api/models/churn");
        output.WriteLine($"  curl -s -H \"x-functions-key: $KEY\" {address.BaseAddress}api/pipelines/churn/runs");
        output.WriteLine($"  curl -s -H \"x-functions-key: $KEY\" {address.BaseAddress}api/models/churn/drift");
        output.WriteLine($"  curl -s -H \"x-functions-key: $KEY\" {address.BaseAddress}api/models/churn/predict -d '{row}'");
        output.WriteLine();
    }
}
