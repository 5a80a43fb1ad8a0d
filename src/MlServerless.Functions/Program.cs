using MlServerless.Functions;
using MlServerless.Functions.Hosting;
using MlServerless.Pipelines;
using MlServerless.Worker;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddPipelines(builder.Configuration);
builder.Services.Configure<FunctionsOptions>(options =>
{
    options.JsonSerializerOptions.TypeInfoResolver = AppJson.Default;
    options.ActivityDeadline = PipelineSettings.Read(builder.Configuration).StepDeadline;
});
return await builder.Build().RunAsync();
