using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class ExplainerTests
{
    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Explain_AnyRow_AddsUpToTheRawScore(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        Scorer scorer = Scorer.Compile(artifact);
        Explainer explainer = Explainer.Compile(artifact);
        Table table = SampleTable.Make(200, 5);
        FeatureRow row = scorer.CreateRow();
        double[] contributions = new double[explainer.OutputCount * explainer.InputCount];
        double[] raw = new double[explainer.OutputCount];
        double[] outputs = new double[scorer.OutputCount];
        for (int i = 0; i < table.RowCount; i++)
        {
            row.Fill(scorer.Signature, table, i);
            scorer.Score(row, outputs);
            explainer.Explain(row, contributions, raw);
            for (int k = 0; k < raw.Length; k++)
            {
                double[] own = contributions[(k * explainer.InputCount)..((k + 1) * explainer.InputCount)];
                double size = Math.Abs(explainer.BaseValues[k]) + Math.Abs(raw[k]) + own.Sum(Math.Abs);
                Assert.True(Math.Abs(explainer.BaseValues[k] + own.Sum() - raw[k]) <= Math.ScaleB(size, -50));
                Assert.Equal(own.Sum(), own.OrderBy(value => value).Sum());
            }
            double expected = task switch
            {
                LearningTask.Binary => DeterministicMath.Sigmoid(raw[0]),
                LearningTask.Multiclass => DeterministicMath.Exp(raw[0]) / raw.Sum(DeterministicMath.Exp),
                _ => raw[0],
            };
            Assert.Equal(expected, outputs[0], 1e-12);
        }
    }

    /// <summary>Over the rows that a linear model was fitted on, the contributions of every input have the mean 0.</summary>
    [Fact]
    public async Task Explain_LinearOverTheTrainingRows_HasMeanZero()
    {
        ModelArtifact artifact = await Training.ModelAsync("linear", LearningTask.Regression);
        Scorer scorer = Scorer.Compile(artifact);
        Explainer explainer = Explainer.Compile(artifact);
        double[] sums = new double[explainer.InputCount];
        double[] contributions = new double[explainer.InputCount];
        double[] targets = Evaluation.Targets(Training.Train, artifact);
        FeatureRow row = scorer.CreateRow();
        for (int i = 0; i < targets.Length; i++)
        {
            if (double.IsNaN(targets[i]))
                continue;
            row.Fill(scorer.Signature, Training.Train, i);
            explainer.Explain(row, contributions);
            for (int input = 0; input < sums.Length; input++)
                sums[input] += contributions[input];
        }
        Assert.All(sums, sum => Assert.Equal(0, sum / targets.Length, 1e-9));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task Explain_Row_AllocatesNothing(string trainer)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, LearningTask.Multiclass);
        Explainer explainer = Explainer.Compile(artifact);
        FeatureRow row = Scorer.Compile(artifact).CreateRow();
        double[] contributions = new double[explainer.OutputCount * explainer.InputCount];
        for (int i = 0; i < 50; i++)
            explainer.Explain(row, contributions);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            explainer.Explain(row, contributions);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Explain_RowOfAnotherModelOrTooLittleRoom_IsRefused()
    {
        ModelArtifact artifact = await Training.ModelAsync("gbdt", LearningTask.Binary);
        Explainer explainer = Explainer.Compile(artifact);
        FeatureRow other = Scorer.Compile(await Training.ModelAsync("gbdt", LearningTask.Regression)).CreateRow();
        Assert.Throws<ArgumentException>(() => explainer.Explain(other, new double[explainer.InputCount]));
        FeatureRow own = Scorer.Compile(artifact).CreateRow();
        Assert.Throws<ArgumentException>(() => explainer.Explain(own, new double[explainer.InputCount - 1]));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Importance_OfAModel_IsTheMeanSizeOfContributions(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        Explainer explainer = Explainer.Compile(artifact);
        FeatureRow row = Scorer.Compile(artifact).CreateRow();
        double[] sums = new double[explainer.InputCount];
        double[] contributions = new double[explainer.OutputCount * explainer.InputCount];
        double[] targets = Evaluation.Targets(Training.Validation, artifact);
        for (int i = 0; i < targets.Length; i++)
        {
            if (double.IsNaN(targets[i]))
                continue;
            row.Fill(artifact.Signature, Training.Validation, i);
            explainer.Explain(row, contributions);
            for (int c = 0; c < contributions.Length; c++)
                sums[c % sums.Length] += Math.Abs(contributions[c]);
        }
        Assert.Equal(artifact.Rows.Validation, artifact.Importance!.Rows);
        Assert.Equal(artifact.Signature.Inputs.Select(input => input.Name), artifact.Importance.Inputs.Select(input => input.Name));
        for (int i = 0; i < sums.Length; i++)
        {
            Assert.Equal(sums[i] / artifact.Rows.Validation, artifact.Importance.Inputs[i].MeanAbsolute, 1e-9 * (1 + sums[i]));
            Assert.Equal(trainer == "gbdt", artifact.Importance.Inputs[i].Gain is not null);
        }
        Assert.True(artifact.Importance.Inputs.Max(input => input.MeanAbsolute) > 0);
    }
}
