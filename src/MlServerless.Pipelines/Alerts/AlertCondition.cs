namespace MlServerless.Pipelines.Alerts;

/// <summary>Something that is wrong now, and holds until it is looked at again.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>, or another that its evaluator alone uses.</param>
/// <param name="Since">When it began: a time that follows from the data, not from when it was looked at.</param>
/// <param name="Reason">What is wrong and what to do, in one or two sentences.</param>
public sealed record AlertCondition(string Kind, DateTimeOffset Since, string Reason, AlertEvidence Evidence);
