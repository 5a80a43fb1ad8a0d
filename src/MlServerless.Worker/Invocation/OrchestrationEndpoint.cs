using System.Buffers.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MlServerless.Durable.Protocol;
using MlServerless.Worker.Definitions;
using MlServerless.Worker.Durable.Replay;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// An orchestrator call. Always answers 200: any other status would fail the instance without a reason. Whatever goes wrong, a broken
/// body included, becomes a completion that says so.
/// </summary>
internal sealed class OrchestrationEndpoint(
    FunctionInvoker invoker,
    IOptions<FunctionsOptions> options,
    JsonValues json,
    ILoggerFactory loggers,
    ILogger logger) : IFunctionEndpoint
{
    private readonly FunctionDefinition function = invoker.Function;
    private readonly ReplaySettings settings = new(json, loggers, options.Value.MaximumTimerInterval);

    public async Task HandleAsync(HttpContext context)
    {
        OrchestratorResponse response;
        try
        {
            var request = await ReadAsync(context).ConfigureAwait(false);
            response = await ReplayAsync(context, request).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place where a failure can become an answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.LogError(e, "Orchestrator {Function} could not be called: {Reason}", function.Name, e.Message);
            response = new OrchestratorResponse();
            response.Actions.Add(new OrchestratorAction { CompleteOrchestration = OrchestrationReplay.FailedCompletion(e) });
        }

        await InvocationAnswer.WriteReturnBytesAsync(context, response.ToByteArray()).ConfigureAwait(false);
    }

    private async Task<OrchestratorRequest> ReadAsync(HttpContext context)
    {
        var limit = options.Value.MaxOrchestrationBodyBytes;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = limit;
        }

        using var body = await PooledBody.ReadAsync(context.Request, limit, context.RequestAborted).ConfigureAwait(false);
        var base64 = InvocationBody.Value(body.Span, function.TriggerBinding).Span;
        return Base64.DecodeFromUtf8InPlace(base64, out var length) == System.Buffers.OperationStatus.Done
            ? OrchestratorRequest.Parser.ParseFrom(base64[..length])
            : throw new InvalidDataException($"The binding '{function.TriggerBinding}' of the call holds no base64.");
    }

    private async Task<OrchestratorResponse> ReplayAsync(HttpContext context, OrchestratorRequest request)
    {
        using var call = CallSpan.OfWork(function, options.Value.TraceParentOf?.Invoke(request.InstanceId));
        using var scope = logger.BeginScope(new CallScope(invoker.Context(context), request.InstanceId));
        var instance = invoker.CreateInstance(context);
        try
        {
            var orchestrator = new Orchestrator(
                function.Name,
                orchestration => invoker.CallAsync(instance, [orchestration]),
                function.Result == ResultShape.Nothing ? typeof(void) : function.ResultType);
            var (response, failure) = OrchestrationReplay.Run(request, orchestrator, settings);
            if (failure is not null)
            {
                call.Failed(failure.Message);
                logger.LogError(failure, "Orchestration {InstanceId} of {Function} failed: {Reason}", request.InstanceId, function.Name, failure.Message);
            }

            return response;
        }
        finally
        {
            await FunctionInvoker.DisposeAsync(instance).ConfigureAwait(false);
        }
    }
}
