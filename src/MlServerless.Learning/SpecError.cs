namespace MlServerless.Learning;

/// <summary>One thing that is wrong with what a user wrote.</summary>
/// <param name="Path">Where, relative to the validated object: the property's name, empty for the object itself.</param>
/// <param name="Message">What is wrong and how to mend it.</param>
public sealed record SpecError(string Path, string Message);
