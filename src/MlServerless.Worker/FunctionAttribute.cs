namespace MlServerless.Worker;

/// <summary>
/// Marks a public method of a public class as a function. The method has exactly one parameter with a trigger
/// attribute. The class is constructed for each call from the service container, in a scope of its own.
/// </summary>
/// <param name="name">
/// The function's name, unique in the app without regard to case: a letter, then letters, digits, '_' or '-' (at most 127).
/// </param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
