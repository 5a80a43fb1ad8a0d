using Microsoft.Extensions.DependencyInjection;

namespace MlServerless.Worker.Invocation;

/// <summary>The types of services of which there is one in the process.</summary>
internal sealed class SingletonTypes(IServiceCollection services)
{
    /// <summary>The last registration of a type is the one that counts.</summary>
    private readonly Dictionary<Type, bool> isSingleton = services
        .Where(s => !s.IsKeyedService)
        .GroupBy(s => s.ServiceType)
        .ToDictionary(s => s.Key, s => s.Last().Lifetime == ServiceLifetime.Singleton);

    public bool Contains(Type type)
        => (isSingleton.TryGetValue(type, out bool single) || (type.IsGenericType && isSingleton.TryGetValue(type.GetGenericTypeDefinition(), out single))) && single;
}
