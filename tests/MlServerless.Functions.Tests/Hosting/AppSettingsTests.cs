using Microsoft.Extensions.Configuration;
using MlServerless.Functions.Hosting;

namespace MlServerless.Functions.Tests.Hosting;

public sealed class AppSettingsTests
{
    private static AppSettings Read(params (string Name, string Value)[] values) => AppSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value)))
        .Build());

    [Fact]
    public void Read_NothingButStorage_HasDefaults()
    {
        AppSettings settings = Read(("AzureWebJobsStorage", "UseDevelopmentStorage=true"));
        Assert.Empty(settings.Faults);
        Assert.Equal(TimeSpan.FromMinutes(20), settings.Pipelines.StepDeadline);
        Assert.False(settings.PlatformAuthenticates);
        Assert.False(settings.ExportsTelemetry);
    }

    [Fact]
    public void Read_ManyFaults_AreAllTold()
    {
        AppSettings settings = Read(
            ("AzureWebJobsStorage__blobServiceUri", "nowhere"),
            ("MlServerless__StepDeadline", "soon"),
            ("MlServerless__AliasAge", "5"),
            ("MlServerless__Threads", "0"),
            ("MlServerless__StepDedline", "00:01:00"),
            ("MlServerless__MaxAttempts__x", "1"),
            ("WEBSITE_AUTH_ENABLED", "perhaps"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector"));
        string[] named =
        [
            "AzureWebJobsStorage__blobServiceUri", "AzureWebJobsStorage__queueServiceUri", "AzureWebJobsStorage__tableServiceUri", "MlServerless__StepDeadline is 'soon'", "MlServerless__AliasAge is '5'", "MlServerless__Threads is '0'",
            "MlServerless__StepDedline is no setting", "MlServerless__MaxAttempts has parts", "WEBSITE_AUTH_ENABLED", "OTEL_EXPORTER_OTLP_ENDPOINT",
        ];
        Assert.All(named, name => Assert.Contains(settings.Faults, fault => fault.Contains(name, StringComparison.Ordinal)));
        Assert.Equal(named.Length, settings.Faults.Count);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("true", true)]
    [InlineData("False", false)]
    [InlineData("", false)]
    public void Read_AuthenticationOfThePlatform_AsItWritesIt(string text, bool expected) =>
        Assert.Equal(expected, Read(("AzureWebJobsStorage", "UseDevelopmentStorage=true"), ("WEBSITE_AUTH_ENABLED", text)).PlatformAuthenticates);
}
