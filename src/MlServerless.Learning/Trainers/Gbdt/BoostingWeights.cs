using System.Text.Json;
using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>How much rows count, by their class and by themselves, divided by a power of two so that none counts more than 1.</summary>
/// <param name="Train">One per training row; null where all count 1.</param>
/// <param name="Validation">One per validation row; null where all count 1.</param>
/// <param name="Unit">What the weights were divided by.</param>
internal sealed record BoostingWeights(double[]? Train, double[]? Validation, double Unit)
{
    /// <exception cref="TrainingException">All rows of a class have the weight 0.</exception>
    public static BoostingWeights Of(TrainingSet set, JsonElement? classWeights)
    {
        if (classWeights is null && set.Weights is null)
            return new BoostingWeights(null, null, 1);
        double[] byClass = ByClass(set, classWeights);
        double[] train = Multiply(set.Targets, set.Weights, byClass);
        double[] validation = Multiply(set.ValidationTargets, set.ValidationWeights, byClass);
        RequireEveryClass(set, train);
        double largest = train.Max();
        double unit = Math.ScaleB(1, Math.ILogB(largest) + 1);
        return new BoostingWeights(Array.ConvertAll(train, weight => weight / unit), Array.ConvertAll(validation, weight => weight / unit), unit);
    }

    /// <summary>The weight of each class; a single 1 for regression.</summary>
    private static double[] ByClass(TrainingSet set, JsonElement? setting)
    {
        double[] weights = new double[Math.Max(1, set.Classes)];
        Array.Fill(weights, 1);
        if (setting is { ValueKind: JsonValueKind.String })
        {
            var counts = new long[weights.Length];
            foreach (double target in set.Targets)
                counts[(int)target]++;
            for (int k = 0; k < weights.Length; k++)
                weights[k] = (double)set.Targets.Length / ((double)counts[k] * weights.Length);
        }
        else if (setting is { } map)
        {
            foreach (JsonProperty weight in map.EnumerateObject())
                weights[IndexOf(set.ClassLabels, weight.Name)] = weight.Value.GetDouble();
        }
        return weights;
    }

    private static double[] Multiply(double[] targets, double[]? weights, double[] byClass)
    {
        double[] product = new double[targets.Length];
        for (int i = 0; i < product.Length; i++)
            product[i] = (weights is null ? 1 : weights[i]) * (byClass.Length == 1 ? byClass[0] : byClass[(int)targets[i]]);
        return product;
    }

    private static void RequireEveryClass(TrainingSet set, double[] weights)
    {
        double[] sums = new double[Math.Max(1, set.Classes)];
        for (int i = 0; i < weights.Length; i++)
            sums[set.Classes == 0 ? 0 : (int)set.Targets[i]] += weights[i];
        for (int k = 0; k < set.Classes; k++)
            if (sums[k] == 0)
                throw new TrainingException("invalid-parameters",
                    $"All rows of the class '{set.ClassLabels[k]}' have the weight 0; at least one must count, or leave the class out of the data.");
    }

    private static int IndexOf(IReadOnlyList<string> labels, string label)
    {
        for (int k = 0; k < labels.Count; k++)
            if (labels[k] == label)
                return k;
        throw new ArgumentException($"There is no class '{label}'.", nameof(label));
    }
}
