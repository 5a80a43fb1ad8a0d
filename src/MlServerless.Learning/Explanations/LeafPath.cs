namespace MlServerless.Learning.Explanations;

/// <summary>One slot on the way to a leaf, with all the questions that the way asks of it.</summary>
/// <param name="Input">The input that the slot is made from.</param>
/// <param name="Share">Of the training rows at these nodes, the share that goes on towards the leaf.</param>
/// <param name="FirstTurn">Its first question among those of the tree.</param>
/// <param name="Turns">How many questions.</param>
internal readonly record struct LeafPath(int Input, double Share, int FirstTurn, int Turns);
