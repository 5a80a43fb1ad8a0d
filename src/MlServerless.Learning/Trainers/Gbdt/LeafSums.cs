namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>What is known of a leaf before it is split.</summary>
/// <param name="Gradient">Sum of packed gradients.</param>
/// <param name="Hessian">Sum of packed second derivatives and counts.</param>
/// <param name="Lower">Least value that the constraints above leave it, before the learning rate.</param>
/// <param name="Upper">Greatest such value.</param>
internal readonly record struct LeafSums(long Gradient, long Hessian, double Lower, double Upper);
