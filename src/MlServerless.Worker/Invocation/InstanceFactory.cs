using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.Worker.Invocation;

/// <summary>
/// Constructs a function's class as <see cref="ActivatorUtilities"/> does, but looks for the constructor once, and for dependencies once where all are
/// singletons: then a call needs no scope of its own.
/// </summary>
internal sealed class InstanceFactory
{
    private readonly Type type;
    private readonly Type[] dependencies = [];
    private readonly ConstructorInvoker? constructor;
    private readonly IServiceProvider? root;
    private object?[]? singletons;

    /// <param name="root">Gives singletons.</param>
    public InstanceFactory(Type type, IServiceProvider root)
    {
        this.type = type;
        var constructors = type.GetConstructors();
        if (constructors.Length != 1 || Array.Exists(constructors[0].GetParameters(), p => p.HasDefaultValue || p.IsDefined(typeof(ServiceKeyAttribute)) || p.IsDefined(typeof(FromKeyedServicesAttribute))))
        {
            return;
        }

        dependencies = [.. constructors[0].GetParameters().Select(p => p.ParameterType)];
        constructor = ConstructorInvoker.Create(constructors[0]);
        this.root = root.GetService<SingletonTypes>() is { } known && Array.TrueForAll(dependencies, known.Contains) ? root : null;
    }

    /// <param name="context">The call.</param>
    public object Create(HttpContext context)
    {
        if (root is null)
        {
            return Create(context.RequestServices);
        }

        singletons ??= Dependencies(root);
        return singletons is null ? ActivatorUtilities.CreateInstance(root, type) : constructor!.Invoke(new Span<object?>(singletons));
    }

    private object Create(IServiceProvider services)
        => constructor is not null && Dependencies(services) is { } arguments
            ? constructor.Invoke(new Span<object?>(arguments))
            : ActivatorUtilities.CreateInstance(services, type);

    /// <summary>Null where one is missing; <see cref="ActivatorUtilities"/> says which.</summary>
    private object?[]? Dependencies(IServiceProvider services)
    {
        object?[] arguments = [.. dependencies.Select(services.GetService)];
        return Array.TrueForAll(arguments, a => a is not null) ? arguments : null;
    }
}
