namespace MlServerless.Worker;

/// <summary>Where a function app's <c>Program.cs</c> begins.</summary>
public static class FunctionsApplication
{
    /// <summary>
    /// Creates the builder of an app. Its functions are the methods with <see cref="FunctionAttribute"/> of
    /// <paramref name="functionClasses"/>; without these, of all public classes of the entry assembly.
    /// </summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args, params Type[] functionClasses)
        => new(args, functionClasses);
}
