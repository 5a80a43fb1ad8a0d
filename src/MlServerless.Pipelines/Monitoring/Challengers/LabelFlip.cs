namespace MlServerless.Pipelines.Monitoring.Challengers;

/// <summary>Rows that champion and challenger predict differently.</summary>
public sealed record LabelFlip(string Champion, string Challenger, long Rows);
