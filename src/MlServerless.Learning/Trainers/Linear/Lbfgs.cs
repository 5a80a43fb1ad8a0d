namespace MlServerless.Learning.Trainers.Linear;

/// <summary>
/// Minimises a smooth convex objective plus an L1 penalty: limited-memory BFGS (Liu and Nocedal, 1989), with the orthant-wise
/// projections of Andrew and Gao (OWL-QN, 2007) where there is an L1 penalty. The first inverse Hessian is the inverse of the
/// diagonal at the start, so that rare categories do not slow the others down. All sums run in index order.
/// </summary>
internal sealed class Lbfgs
{
    public const int Memory = 10;
    private const double SufficientDecrease = 1e-4;
    private const int MaxHalvings = 40;

    private readonly LinearObjective objective;
    private readonly double l1;
    private readonly double tolerance;
    private readonly double[] diagonal;

    public Lbfgs(LinearObjective objective, double l1, double tolerance)
    {
        this.objective = objective;
        this.l1 = l1;
        this.tolerance = tolerance;
        diagonal = objective.Curvatures();
    }

    public LbfgsState Start()
    {
        double[] weights = objective.Start();
        double[] gradient = new double[weights.Length];
        double value = objective.Evaluate(weights, gradient) + Penalty(weights);
        return new LbfgsState { Weights = weights, Gradient = gradient, Value = value };
    }

    /// <summary>Makes one step; returns false where none helps any more.</summary>
    public bool Advance(LbfgsState state)
    {
        double[] steepest = PseudoGradient(state);
        double expectedGain = 0;
        for (int i = 0; i < steepest.Length; i++)
            expectedGain += steepest[i] * steepest[i] / diagonal[i] / 2;
        if (expectedGain <= tolerance * Math.Abs(state.Value))
            return false;
        double[] direction = Direction(state, steepest);
        if (Dot(direction, steepest) >= 0)
        {
            // What the history suggests is no descent: forget it.
            state.History.Clear();
            direction = Direction(state, steepest);
        }
        return Search(state, direction, steepest);
    }

    private bool Search(LbfgsState state, double[] direction, double[] steepest)
    {
        int size = direction.Length;
        double[] weights = new double[size];
        double[] gradient = new double[size];
        double step = 1;
        for (int halving = 0; halving < MaxHalvings; halving++, step /= 2)
        {
            double promised = 0;
            for (int i = 0; i < size; i++)
            {
                weights[i] = Project(i, state.Weights[i], state.Weights[i] + step * direction[i], steepest[i]);
                promised += steepest[i] * (weights[i] - state.Weights[i]);
            }
            double value = objective.Evaluate(weights, gradient) + Penalty(weights);
            if (!(value <= state.Value + SufficientDecrease * promised) || value >= state.Value)
                continue;
            Remember(state, weights, gradient);
            state.Weights = weights;
            state.Gradient = gradient;
            state.Value = value;
            state.Iteration++;
            return true;
        }
        return false;
    }

    private static void Remember(LbfgsState state, double[] weights, double[] gradient)
    {
        double[] step = new double[weights.Length];
        double[] change = new double[weights.Length];
        for (int i = 0; i < step.Length; i++)
        {
            step[i] = weights[i] - state.Weights[i];
            change[i] = gradient[i] - state.Gradient[i];
        }
        if (!(Dot(step, change) > 1e-16 * Dot(change, change)))
            return;
        state.History.Add((step, change));
        if (state.History.Count > Memory)
            state.History.RemoveAt(0);
    }

    // The two-loop recursion.
    private double[] Direction(LbfgsState state, double[] steepest)
    {
        double[] direction = Array.ConvertAll(steepest, value => -value);
        double[] alphas = new double[state.History.Count];
        for (int h = state.History.Count - 1; h >= 0; h--)
        {
            (double[] step, double[] change) = state.History[h];
            alphas[h] = Dot(step, direction) / Dot(step, change);
            AddScaled(direction, change, -alphas[h]);
        }
        double factor = 1;
        if (state.History.Count > 0)
        {
            (double[] step, double[] change) = state.History[^1];
            double weighted = 0;
            for (int i = 0; i < change.Length; i++)
                weighted += change[i] * change[i] / diagonal[i];
            factor = Dot(step, change) / weighted;
        }
        for (int i = 0; i < direction.Length; i++)
            direction[i] *= factor / diagonal[i];
        for (int h = 0; h < state.History.Count; h++)
        {
            (double[] step, double[] change) = state.History[h];
            double beta = Dot(change, direction) / Dot(step, change);
            AddScaled(direction, step, alphas[h] - beta);
        }
        if (l1 > 0)
            for (int i = 0; i < direction.Length; i++)
                if (!objective.IsIntercept(i) && direction[i] * steepest[i] >= 0)
                    direction[i] = 0;
        return direction;
    }

    /// <summary>The gradient with the L1 penalty: at 0 the subgradient nearest to 0.</summary>
    private double[] PseudoGradient(LbfgsState state)
    {
        if (l1 == 0)
            return state.Gradient;
        double[] result = new double[state.Gradient.Length];
        for (int i = 0; i < result.Length; i++)
        {
            double gradient = state.Gradient[i];
            double weight = state.Weights[i];
            result[i] = objective.IsIntercept(i) ? gradient
                : weight > 0 ? gradient + l1
                : weight < 0 ? gradient - l1
                : gradient + l1 < 0 ? gradient + l1
                : gradient - l1 > 0 ? gradient - l1
                : 0;
        }
        return result;
    }

    /// <summary>Keeps a weight in the orthant in which its step began.</summary>
    private double Project(int index, double from, double to, double steepest)
    {
        if (l1 == 0 || objective.IsIntercept(index))
            return to;
        double orthant = from != 0 ? from : -steepest;
        return to * orthant > 0 ? to : 0;
    }

    private double Penalty(ReadOnlySpan<double> weights)
    {
        if (l1 == 0)
            return 0;
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
            sum += objective.IsIntercept(i) ? 0 : Math.Abs(weights[i]);
        return l1 * sum;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }

    private static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] += factor * source[i];
    }
}
