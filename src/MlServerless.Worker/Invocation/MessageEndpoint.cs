using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// A queue or timer function. A failure answers 500, so that the host shows a message again (and at last puts it
/// on the poison queue).
/// </summary>
internal sealed class MessageEndpoint(FunctionInvoker invoker, IOptions<FunctionsOptions> options, JsonValues json, IHostApplicationLifetime lifetime, ILogger logger) : IFunctionEndpoint
{
    private readonly FunctionDefinition function = invoker.Function;

    public async Task HandleAsync(HttpContext context)
    {
        using var scope = logger.BeginScope(new CallScope(invoker.Context(context)));
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            var trigger = await ReadTriggerAsync(context.Request, cancellation.Token).ConfigureAwait(false);
            using var call = CallSpan.OfWork(function, trigger is null ? null : options.Value.TraceParentOf?.Invoke(trigger));
            var result = await invoker.InvokeAsync(context, invoker.Arguments(context, trigger, cancellation.Token)).ConfigureAwait(false);
            await AnswerAsync(context, result).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place where a failure can become an answer.
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            logger.LogError(e, "Function {Function} failed: {Reason}", function.Name, e.Message);
            await InvocationAnswer.WriteFailureAsync(context, StatusCodes.Status500InternalServerError, e).ConfigureAwait(false);
        }
    }

    private async Task<object?> ReadTriggerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await PooledBody.ReadAsync(request, PooledBody.MaxCallBytes, cancellationToken).ConfigureAwait(false);
        var value = InvocationBody.Value(body.Span, function.TriggerBinding).Span;
        var type = function.Trigger.Parameter.ParameterType;
        if (function.Kind == FunctionKind.Timer)
        {
            return TimerPayload.Read(value);
        }

        if (type == typeof(string))
        {
            return Encoding.UTF8.GetString(value);
        }

        return type == typeof(QueueMessage)
            ? new QueueMessage(Encoding.UTF8.GetString(value), InvocationBody.Metadata(body.Span, "Id") ?? "", InvocationBody.DequeueCount(body.Span))
            : json.Read(value, type);
    }

    private Task AnswerAsync(HttpContext context, object? result)
        => result is OrchestrationStarts { Items.Count: > 0 } starts
            ? InvocationAnswer.WriteOutputsAsync(context, writer => OrchestrationStartsJson.Write(writer, starts, json))
            : InvocationAnswer.WriteEmptyAsync(context);
}
