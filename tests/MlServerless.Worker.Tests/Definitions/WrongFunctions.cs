using Microsoft.AspNetCore.Http;
using MlServerless.Worker.Durable;

namespace MlServerless.Worker.Tests.Definitions;

/// <summary>Each class breaks one rule. The build reads them too, in the test of its tool.</summary>
public static class WrongFunctions
{
    public sealed class SameNameA
    {
        [Function("Twin")]
        public void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class SameNameB
    {
        [Function("twin")]
        public void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class RouteOfActivity
    {
        [Function("Page")]
        public IResult Page([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "TWIN")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class RouteThatCanMatchActivity
    {
        [Function("Any")]
        public IResult Any([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "{name}/{*rest}")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class GetRouteThatCanMatchActivity
    {
        [Function("Files")]
        public IResult Files([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{*path}")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class SameRouteA
    {
        [Function("RouteA")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "x/{id}")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class SameRouteB
    {
        [Function("RouteB")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "X/{name:alpha}")] HttpRequest request) => Results.Ok(request.Path);

        [Function("RouteC")]
        public IResult Other([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "X/{name}")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class BadName
    {
        [Function("1st function")]
        public void Run([ActivityTrigger] string input) => _ = input;
    }

    public sealed class NoTrigger
    {
        [Function("NoTrigger")]
        public void Run(string input) => _ = input;
    }

    public sealed class TwoTriggers
    {
        [Function("TwoTriggers")]
        public void Run([ActivityTrigger] string input, [QueueTrigger("q")] string message) => _ = input + message;
    }

    public sealed class StreamInput
    {
        [Function("StreamInput")]
        public void Run([ActivityTrigger] Stream input) => _ = input;
    }

    public sealed class ByRefInput
    {
        [Function("ByRefInput")]
        public void Run([ActivityTrigger] in int input) => _ = input;
    }

    public sealed class UnknownExtra
    {
        [Function("UnknownExtra")]
        public void Run([QueueTrigger("q")] string message, Uri other) => _ = message + other;
    }

    public sealed class OrchestratorWithExtra
    {
        [Function("OrchestratorWithExtra")]
        public Task Run([OrchestrationTrigger] TaskOrchestrationContext context, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public sealed class OrchestratorWithoutTask
    {
        [Function("OrchestratorWithoutTask")]
        public int Run([OrchestrationTrigger] TaskOrchestrationContext context) => 1;
    }

    public sealed class HttpWithoutResult
    {
        [Function("HttpWithoutResult")]
        public string Run([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => request.Path;
    }

    public sealed class HttpWithStrangeString
    {
        [Function("HttpWithStrangeString")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "a/{id}")] HttpRequest request, string name) => Results.Ok(name);
    }

    public sealed class QueueWithResult
    {
        [Function("QueueWithResult")]
        public string Run([QueueTrigger("q")] string message) => message;
    }

    public sealed class AsyncVoid
    {
        [Function("AsyncVoid")]
        public async void Run([ActivityTrigger] string input) => await Task.Delay(input.Length);
    }

    public sealed class BadSchedule
    {
        [Function("BadSchedule")]
        public void Run([TimerTrigger("*/5 * * * *")] TimerInfo timer) => _ = timer;
    }

    public sealed class AdminRoute
    {
        [Function("AdminRoute")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Anonymous, Route = "admin/x")] HttpRequest request) => Results.Ok(request.Path);
    }

    public sealed class StaticMethod
    {
        [Function("StaticMethod")]
        public static void Run([ActivityTrigger] string input) => _ = input;
    }
}
