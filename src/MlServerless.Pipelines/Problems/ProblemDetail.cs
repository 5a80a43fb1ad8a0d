namespace MlServerless.Pipelines.Problems;

/// <summary>One fault in a request.</summary>
/// <param name="Path">Where in the JSON document, e.g. <c>$.split.holdOut</c> or <c>$[3].age</c>.</param>
/// <param name="Message">What is wrong there and how to mend it.</param>
public sealed record ProblemDetail(string Path, string Message);
