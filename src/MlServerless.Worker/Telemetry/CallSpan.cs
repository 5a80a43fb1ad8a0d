using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>One call of a function, for traces, metrics and log lines. The trace is that of the work the call belongs to, else the caller's.</summary>
internal sealed class CallSpan : IDisposable
{
    private readonly FunctionDefinition function;
    private readonly long started = Stopwatch.GetTimestamp();
    private readonly Activity? activity;
    private string outcome = "ok";

    private CallSpan(FunctionDefinition function, ActivityContext parent)
    {
        this.function = function;
        activity = WorkerTelemetry.Source.StartActivity(function.Name, function.Kind == FunctionKind.Http ? ActivityKind.Server : ActivityKind.Consumer, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("faas.name", function.Name);
            activity.SetTag("faas.trigger", function.Kind.ToString().ToLowerInvariant());
        }
    }

    /// <summary>Of a call that brings its trace with it (W3C traceparent).</summary>
    public static CallSpan OfRequest(FunctionDefinition function, HttpRequest request)
        => new(function, ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent) ? parent : default);

    /// <param name="traceParent">Of the work that the call belongs to; null where it is not known.</param>
    public static CallSpan OfWork(FunctionDefinition function, string? traceParent)
        => new(function, ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) ? parent : default);

    public void Failed(string reason)
    {
        outcome = "failed";
        activity?.SetStatus(ActivityStatusCode.Error, reason);
    }

    public void Answered(HttpContext context)
    {
        int status = context.Response.StatusCode;
        activity?.SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            Failed($"status {status}");
        }
        else if (status >= StatusCodes.Status400BadRequest)
        {
            outcome = "refused";
        }
    }

    public void Dispose()
    {
        activity?.Dispose();
        if (!WorkerTelemetry.Calls.Enabled && !WorkerTelemetry.Duration.Enabled)
        {
            return;
        }

        var tags = new TagList { { "function", function.Name }, { "kind", function.Kind.ToString().ToLowerInvariant() }, { "outcome", outcome } };
        WorkerTelemetry.Calls.Add(1, tags);
        WorkerTelemetry.Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }
}
