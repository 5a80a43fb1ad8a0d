using System.Reflection;
using Microsoft.AspNetCore.Http;
using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Invocation;

/// <summary>Constructs a function's class and calls its method. Reflection without compiled expressions, which would cost the cold start.</summary>
/// <param name="root">Gives singletons.</param>
internal sealed class FunctionInvoker(FunctionDefinition function, IServiceProvider root)
{
    private readonly Lazy<InstanceFactory> factory = new(() => new InstanceFactory(function.Method.DeclaringType!, root));
    private readonly Lazy<MethodInvoker> method = new(() => MethodInvoker.Create(function.Method));
    private readonly Lazy<TaskResult> result = new(() => TaskResult.For(function));

    public FunctionDefinition Function { get; } = function;

    /// <summary>The function's class with its dependencies; the caller disposes of it.</summary>
    public object CreateInstance(HttpContext context) => factory.Value.Create(context);

    /// <summary>Calls the method on the instance. The task ends with the result, null where the method has none.</summary>
    public Task<object?> CallAsync(object instance, object?[] arguments)
        => result.Value.OfAsync(method.Value.Invoke(instance, new Span<object?>(arguments)));

    /// <summary>Constructs, calls and disposes.</summary>
    public async Task<object?> InvokeAsync(HttpContext context, object?[] arguments)
    {
        var instance = CreateInstance(context);
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
    {
        var arguments = new object?[Function.Parameters.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = Function.Parameters[i].Role switch
            {
                ParameterRole.Trigger => trigger,
                ParameterRole.HttpRequest => context.Request,
                ParameterRole.HttpContext => context,
                ParameterRole.RouteValue => context.Request.RouteValues[Function.Parameters[i].Name] as string,
                ParameterRole.Context => Context(context),
                _ => cancellationToken,
            };
        }

        return arguments;
    }

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
