using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using MlServerless.Functions.Hosting;
using MlServerless.Pipelines;

namespace MlServerless.Functions.Tests.Docs;

/// <summary>docs/settings.md and local.settings.sample.json say what the code reads.</summary>
public sealed class SettingsPageTests
{
    [Fact]
    public void Page_ListsEverySetting() => GeneratedFile.IsCurrent(Page(), "docs", "settings.md");

    [Fact]
    public void EveryOption_IsASetting()
    {
        string[] options = [.. typeof(PipelineOptions).GetProperties().Where(property => property.CanWrite).Select(property => $"{PipelineOptions.Section}__{property.Name}")];
        Assert.Equal(options.Order(StringComparer.Ordinal), PipelineSettings.Of(new PipelineOptions()).Select(setting => setting.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Sample_IsReadWithoutFaults()
    {
        JsonObject sample = JsonNode.Parse(Repository.Read("src", "MlServerless.Functions", "local.settings.sample.json"))!.AsObject();
        JsonObject values = sample["Values"]!.AsObject();
        Assert.Equal("custom", values["FUNCTIONS_WORKER_RUNTIME"]!.GetValue<string>());
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value!.GetValue<string>())))
            .Build();
        Assert.Empty(AppSettings.Read(configuration).Faults);
    }

    private static string Page()
    {
        var page = new StringBuilder("""
            # Settings

            Environment variables of the app: on Azure the parameter `appSettings` ([operations](operations.md#parameters)), the environment with the DevHost, `Values` of `local.settings.json` with `func start`. The app does not start with one that it cannot read or does not know; it names all of them at once.

            `func start` (Azure Functions Core Tools, on Linux or WSL, with an emulator of storage running) wants the published app:

            ```
            dotnet publish src/MlServerless.Functions -c Release -o out
            cp src/MlServerless.Functions/local.settings.sample.json out/local.settings.json
            cd out && func start
            ```

            <!-- Made from the code: UPDATE_DOCS=1 dotnet test -c Release tests/MlServerless.Functions.Tests --filter Docs -->

            | setting | meaning | default | allowed |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (Setting setting in PipelineSettings.Of(new PipelineOptions()))
            page.Append($"| `{setting.Name}` | {setting.Meaning} | {setting.Default} | {setting.Allowed} |\n");
        page.Append("""

            Set by the deployment or the platform, and read by the app:

            | setting | meaning |
            |---|---|
            | `AzureWebJobsStorage__credential`, `AzureWebJobsStorage__clientId` | `managedidentity`, and the identity to use |
            | `AzureWebJobsStorage__blobServiceUri`, `AzureWebJobsStorage__queueServiceUri`, `AzureWebJobsStorage__tableServiceUri` | the storage account |
            | `AzureWebJobsStorage` | a connection string, for the emulator only |
            | `WEBSITE_AUTH_ENABLED` | set by the platform where built-in authentication is on; only then roles and names in a request's headers are believed |
            | `OTEL_EXPORTER_OTLP_ENDPOINT` | where spans and metrics go; without it, nowhere |
            | `FUNCTIONS_CUSTOMHANDLER_PORT`, `FUNCTIONS_APP_ROOT_PATH` | set by the Functions host |
            | `APPLICATIONINSIGHTS_CONNECTION_STRING`, `APPLICATIONINSIGHTS_AUTHENTICATION_STRING`, `AZURE_CLIENT_ID` | read by the Functions host, which sends telemetry |

            """.ReplaceLineEndings("\n"));
        return page.ToString();
    }
}
