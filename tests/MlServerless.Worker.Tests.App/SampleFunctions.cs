using Microsoft.AspNetCore.Http;
using MlServerless.Worker;
using MlServerless.Worker.Durable;

namespace SampleApp;

/// <summary>One function of each kind.</summary>
public sealed class SampleFunctions
{
    [Function("Greet")]
    public IResult Greet([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "api/greet/{name}")] HttpRequest request, string name)
        => name == "nobody" ? throw new InvalidOperationException("Nobody is not greeted.") : Results.Text($"{request.Method} {name}");

    [Function("Quit")]
    public IResult Quit([HttpTrigger(AuthorizationLevel.Admin, "post", Route = "api/quit")] HttpRequest request)
    {
        Environment.Exit(0);
        return Results.NoContent();
    }

    [Function("OnMessage")]
    public Task<OrchestrationStarts> OnMessage([QueueTrigger("work", Connection = "WorkStorage")] QueueMessage message, CancellationToken cancellationToken)
        => Task.FromResult(OrchestrationStarts.Of("Twice", $"twice-{message.Text}", message.Text));

    [Function("Tick")]
    public void Tick([TimerTrigger("%TickSchedule%")] TimerInfo timer)
    {
    }

    [Function("Twice")]
    public async Task<string> Twice([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = await context.CallActivityAsync<string>("Echo", context.GetInput<string>());
        return await context.CallActivityAsync<string>("Echo", text + text);
    }

    [Function("Echo")]
    public string Echo([ActivityTrigger] string input) => input;
}
