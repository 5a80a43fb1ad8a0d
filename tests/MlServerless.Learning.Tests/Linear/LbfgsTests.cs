using MlServerless.Data;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Tests.Support;
using MlServerless.Learning.Trainers.Linear;

namespace MlServerless.Learning.Tests.Linear;

public class LbfgsTests
{
    /// <summary>The gradient against central differences of the objective, for every loss.</summary>
    [Theory]
    [InlineData(LearningTask.Binary)]
    [InlineData(LearningTask.Multiclass)]
    [InlineData(LearningTask.Regression)]
    public void Evaluate_Gradient_IsTheDerivative(LearningTask task)
    {
        LinearObjective objective = Objective(task, l2: 0.7, rows: 2500, out _);
        var random = new SeededGenerator(2);
        double[] weights = [.. objective.Start().Select(w => w + random.NextDouble() - 0.5)];
        double[] gradient = new double[weights.Length];
        double[] ignored = new double[weights.Length];
        objective.Evaluate(weights, gradient);
        for (int i = 0; i < weights.Length; i += 7)
        {
            const double Step = 1e-5;
            double[] up = [.. weights], down = [.. weights];
            up[i] += Step;
            down[i] -= Step;
            double difference = (objective.Evaluate(up, ignored) - objective.Evaluate(down, ignored)) / (2 * Step);
            Assert.Equal(difference, gradient[i], 1e-4 * Math.Max(1, Math.Abs(difference)));
        }
    }

    [Theory]
    [InlineData(LearningTask.Binary)]
    [InlineData(LearningTask.Multiclass)]
    [InlineData(LearningTask.Regression)]
    public void Advance_UntilItEnds_LeavesNoGradient(LearningTask task)
    {
        LinearObjective objective = Objective(task, l2: 1, rows: 2000, out _);
        LbfgsState state = Solve(objective, 0, 1e-16);
        double start = new Lbfgs(objective, 0, 1e-16).Start().Value;
        Assert.True(state.Value < start);
        Assert.All(state.Gradient, g => Assert.Equal(0, g, 1e-4));
    }

    /// <summary>At the minimum with an L1 penalty, a weight that is not 0 has a gradient of l1 against its sign, and one that is 0 a smaller one.</summary>
    [Theory]
    [InlineData(LearningTask.Binary)]
    [InlineData(LearningTask.Regression)]
    public void Advance_WithL1_MeetsTheOptimalityConditions(LearningTask task)
    {
        const double L1 = 3;
        LinearObjective objective = Objective(task, l2: 0.1, rows: 2000, out _);
        LbfgsState state = Solve(objective, L1, 1e-16);
        int zeros = 0;
        for (int i = 0; i < state.Weights.Length; i++)
        {
            if (objective.IsIntercept(i))
                Assert.Equal(0, state.Gradient[i], 1e-3);
            else if (state.Weights[i] != 0)
                Assert.Equal(-L1 * Math.Sign(state.Weights[i]), state.Gradient[i], 1e-3);
            else
                Assert.InRange(Math.Abs(state.Gradient[i]), 0, L1 + 1e-3);
            zeros += state.Weights[i] == 0 ? 1 : 0;
        }
        Assert.InRange(zeros, 3, state.Weights.Length - 5);
    }

    [Fact]
    public void Dot_AnyLength_IsTheSumInEightLanes()
    {
        var random = new SeededGenerator(3);
        double[] left = [.. Enumerable.Range(0, 1024).Select(_ => random.NextDouble() - 0.5)];
        double[] right = [.. Enumerable.Range(0, 1024).Select(_ => random.NextDouble() - 0.5)];
        double[] lanes = new double[8];
        for (int i = 0; i < left.Length; i++)
            lanes[i % 8] += left[i] * right[i];
        double expected = (lanes[0] + lanes[4] + (lanes[1] + lanes[5])) + (lanes[2] + lanes[6] + (lanes[3] + lanes[7]));
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(BlockProducts.Dot(left, right)));
    }

    private static LbfgsState Solve(LinearObjective objective, double l1, double tolerance)
    {
        var solver = new Lbfgs(objective, l1, tolerance);
        LbfgsState state = solver.Start();
        while (state.Iteration < 1000 && solver.Advance(state))
        {
        }
        return state;
    }

    private static LinearObjective Objective(LearningTask task, double l2, int rows, out LinearTerm[] terms)
    {
        Table table = SampleTable.Make(rows, 12);
        int[] all = [.. Enumerable.Range(0, rows)];
        EncodedRows encoded = Preprocessor.Fit(SampleTable.Features, table, all, new double[table.RowCount], 0, new EncoderLimits(100, 100, TextOptions.Default)).Bind(table, null);
        var team = new WorkTeam(2);
        terms = LinearTerms.Fit(encoded, team);
        string[] classes = task == LearningTask.Binary ? ["no", "yes"] : ["high", "low", "mid"];
        double[] targets = Evaluation.Targets(table, SampleTable.LabelOf(task), task, task == LearningTask.Regression ? [] : classes);
        ILinearLoss loss = task switch
        {
            LearningTask.Binary => new LogisticMarginLoss(),
            LearningTask.Multiclass => new SoftmaxMarginLoss(3),
            _ => new SquaredMarginLoss(),
        };
        double[] scaled = task == LearningTask.Regression ? TargetScale.Of(targets).Apply(targets) : targets;
        return new LinearObjective(LinearDesign.Build(encoded, terms, team), scaled, loss, l2, team);
    }
}
