namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>How far a tree grows.</summary>
/// <param name="MaxLeaves">Leaves at most.</param>
/// <param name="MaxDepth">Splits at most between root and leaf; 0 for no limit.</param>
internal sealed record GrowthLimits(int MaxLeaves, int MaxDepth);
