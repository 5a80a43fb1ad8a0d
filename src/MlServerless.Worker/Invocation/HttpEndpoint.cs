using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MlServerless.Worker.Invocation;

/// <summary>An HTTP function, proxied or forwarded by the host: the request is the caller's own.</summary>
internal sealed class HttpEndpoint(FunctionInvoker invoker, HttpTraffic traffic, IHttpGuard? guard, ILogger logger) : IFunctionEndpoint
{
    private readonly long maxBodyBytes = invoker.Function.Http!.MaxBodyBytes;

    public async Task HandleAsync(HttpContext context)
    {
        using var call = CallSpan.OfRequest(invoker.Function, context.Request);
        await AnswerAsync(context).ConfigureAwait(false);
        traffic.Answered(context.Response.StatusCode);
        call.Answered(context);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var scope = logger.BeginScope(new CallScope(invoker.Context(context)));
        try
        {
            if (guard?.Refuse(context, invoker.Function.Method) is { } refusal)
            {
                await refusal.ExecuteAsync(context).ConfigureAwait(false);
                return;
            }

            LimitBody(context.Request);
            var result = await invoker.InvokeAsync(context, invoker.Arguments(context, null, context.RequestAborted)).ConfigureAwait(false);
            if (result is not IResult answer)
            {
                throw new InvalidOperationException($"{invoker.Function.Place} returned null instead of a result.");
            }

            await answer.ExecuteAsync(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller is gone; nobody reads an answer.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, e.StatusCode, e.Message).ConfigureAwait(false);
        }
        catch (JsonException e) when (!context.Response.HasStarted)
        {
            await Problem.WriteAsync(context, StatusCodes.Status400BadRequest, $"The request is not the JSON that is expected here: {e.Message}").ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last place where a failure can become an answer.
        catch (Exception e) when (!context.Response.HasStarted)
#pragma warning restore CA1031
        {
            logger.LogError(e, "HTTP function {Function} failed: {Reason}", invoker.Function.Name, e.Message);
            await Problem.WriteAsync(
                context,
                StatusCodes.Status500InternalServerError,
                "The function failed. Its log holds the cause under this trace id.").ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The limit is kept here and not by the server, which would drop the connection: the host could not pass the
    /// answer on.
    /// </summary>
    private void LimitBody(HttpRequest request)
    {
        if (request.ContentLength > maxBodyBytes)
        {
            throw LimitedStream.TooLong(maxBodyBytes);
        }

        // The server itself gives no more than the length that was announced.
        if (request.ContentLength is null)
        {
            request.Body = new LimitedStream(request.Body, maxBodyBytes);
        }
    }
}
