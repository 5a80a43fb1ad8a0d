namespace MlServerless.Functions.Hosting;

/// <summary>One setting of the app, as it is documented and read.</summary>
/// <param name="Name">As an environment variable.</param>
/// <param name="Meaning">In a sentence, for the documentation.</param>
/// <param name="Default">As one would write it.</param>
/// <param name="Allowed">What may be written, for the documentation and for the fault.</param>
/// <param name="TrySet">Takes the text; false where it is not allowed.</param>
internal sealed record Setting(string Name, string Meaning, string Default, string Allowed, Func<string, bool> TrySet);
