using MlServerless.Functions;
using MlServerless.Functions.Hosting;
using MlServerless.Functions.Telemetry;
using MlServerless.Worker;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
AppSettings settings = AppSettings.Read(builder.Configuration);
builder.Services.AddPipelines(settings);
builder.Services.AddSecurity(settings);
builder.Services.AddTelemetry(settings);
builder.Services.Configure<FunctionsOptions>(options =>
{
    options.JsonSerializerOptions.TypeInfoResolver = AppJson.Default;
    options.ActivityDeadline = settings.Pipelines.StepDeadline;
    options.TrafficInterval = settings.Pipelines.TrafficInterval;
    options.TraceParentOf = RunTrace.ParentOf;
    options.StartupFaults = settings.Faults;
});
return await builder.Build().RunAsync();
