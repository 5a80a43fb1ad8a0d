using MlServerless.Functions;
using MlServerless.Functions.Activities;
using MlServerless.Functions.Hosting;
using MlServerless.Functions.Http;
using MlServerless.Functions.Orchestrations;
using MlServerless.Functions.Queues;
using MlServerless.Functions.Timers;
using MlServerless.Pipelines;
using MlServerless.Worker;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(
    args,
    typeof(HealthFunctions),
    typeof(PipelineFunctions),
    typeof(RunFunctions),
    typeof(ModelFunctions),
    typeof(AlertFunctions),
    typeof(DataFunctions),
    typeof(QueueFunctions),
    typeof(TimerFunctions),
    typeof(TrainingPipeline),
    typeof(RunActivities));
builder.Services.AddPipelines(builder.Configuration);
builder.Services.Configure<FunctionsOptions>(options =>
{
    options.JsonSerializerOptions.TypeInfoResolver = AppJson.Default;
    options.ActivityDeadline = PipelineSettings.Read(builder.Configuration).StepDeadline;
});
return await builder.Build().RunAsync();
