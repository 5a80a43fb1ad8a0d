using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>Constructs a function's class and calls its method. Reflection without compiled expressions, which would cost the cold start.</summary>
internal sealed class FunctionInvoker(FunctionDefinition function)
{
    private readonly Lazy<MethodInvoker> method = new(() => MethodInvoker.Create(function.Method));
    private readonly Lazy<TaskResult> result = new(() => TaskResult.For(function));

    public FunctionDefinition Function { get; } = function;

    /// <summary>The function's class with its dependencies; the caller disposes of it.</summary>
    public object CreateInstance(IServiceProvider services)
        => ActivatorUtilities.CreateInstance(services, Function.Method.DeclaringType!);

    /// <summary>Calls the method on the instance. The task ends with the result, null where the method has none.</summary>
    public Task<object?> CallAsync(object instance, object?[] arguments)
        => result.Value.OfAsync(method.Value.Invoke(instance, new Span<object?>(arguments)));

    /// <summary>Constructs, calls and disposes.</summary>
    public async Task<object?> InvokeAsync(IServiceProvider services, object?[] arguments)
    {
        var instance = CreateInstance(services);
        try
        {
            return await CallAsync(instance, arguments).ConfigureAwait(false);
        }
        finally
        {
            await DisposeAsync(instance).ConfigureAwait(false);
        }
    }

    public object?[] Arguments(HttpContext context, object? trigger, CancellationToken cancellationToken)
        => [.. Function.Parameters.Select(p => p.Role switch
        {
            ParameterRole.Trigger => trigger,
            ParameterRole.HttpRequest => context.Request,
            ParameterRole.HttpContext => context,
            ParameterRole.RouteValue => context.Request.RouteValues[p.Name] as string,
            ParameterRole.Context => Context(context),
            _ => cancellationToken,
        })];

    public FunctionContext Context(HttpContext context)
        => new(Function.Name, Header(context, "X-Azure-Functions-InvocationId"), Header(context, "X-Azure-Functions-HostVersion"));

    public static async ValueTask DisposeAsync(object instance)
    {
        switch (instance)
        {
            case IAsyncDisposable disposable:
                await disposable.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }
    }

    private static string Header(HttpContext context, string name) => context.Request.Headers[name].ToString();
}
