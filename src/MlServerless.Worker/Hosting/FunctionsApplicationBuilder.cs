using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MlServerless.Worker;

/// <summary>Services, configuration and logging of a function app, on a slim web host.</summary>
public sealed class FunctionsApplicationBuilder
{
    private readonly WebApplicationBuilder builder;
    private readonly Type[] functionClasses;

    internal FunctionsApplicationBuilder(string[] args, Type[] functionClasses)
    {
        builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args });
        this.functionClasses = functionClasses;
    }

    public IServiceCollection Services => builder.Services;

    public IConfigurationManager Configuration => builder.Configuration;

    public ILoggingBuilder Logging => builder.Logging;

    public FunctionsHost Build() => new(builder.Build(), functionClasses);
}
