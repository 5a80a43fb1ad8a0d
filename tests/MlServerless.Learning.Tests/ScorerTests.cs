using System.Text;
using MlServerless.Data;
using MlServerless.Learning.Tests.Support;

namespace MlServerless.Learning.Tests;

public class ScorerTests
{
    public static TheoryData<string, LearningTask> AllKinds => Training.AllKinds;

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Score_TableAndRows_GiveTheSameBits(string trainer, LearningTask task)
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync(trainer, task));
        Table table = SampleTable.Make(700, 5);
        double[] whole = scorer.Score(table);
        FeatureRow row = scorer.CreateRow();
        double[] outputs = new double[scorer.OutputCount];
        for (int i = 0; i < table.RowCount; i++)
        {
            row.Fill(scorer.Signature, table, i);
            scorer.Score(row, outputs);
            for (int k = 0; k < outputs.Length; k++)
                Assert.Equal(BitConverter.DoubleToInt64Bits(whole[i * outputs.Length + k]), BitConverter.DoubleToInt64Bits(outputs[k]));
        }
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Score_AnyNumberOfThreadsAndRowsBeside_GivesTheSameBits(string trainer, LearningTask task)
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync(trainer, task));
        Table table = SampleTable.Make(600, 6);
        double[] one = scorer.Score(table, 1);
        Assert.Equal(one, scorer.Score(table, 3));
        int[] some = [.. Enumerable.Range(0, 300).Select(i => 2 * i + 1)];
        double[] odd = scorer.Score(table.Select(some), 1);
        for (int i = 0; i < some.Length; i++)
            Assert.Equal(one.AsSpan(some[i] * scorer.OutputCount, scorer.OutputCount), odd.AsSpan(i * scorer.OutputCount, scorer.OutputCount));
    }

    [Theory]
    [MemberData(nameof(AllKinds))]
    public async Task Score_OfValidation_GivesTheMetricsInTheArtifact(string trainer, LearningTask task)
    {
        ModelArtifact artifact = await Training.ModelAsync(trainer, task);
        Scorer scorer = Scorer.Compile(artifact);
        double[] scores = scorer.Score(Training.Validation);
        Assert.Equal(artifact.Metrics, Evaluation.Metrics(task, Evaluation.Targets(Training.Validation, artifact), scores, scorer.OutputCount));
        if (task == LearningTask.Multiclass)
            for (int i = 0; i < Training.Validation.RowCount; i++)
                Assert.Equal(1, scores.AsSpan(i * 3, 3).ToArray().Sum(), 1e-12);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("gbdt")]
    public async Task Score_Row_AllocatesNothing(string trainer)
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync(trainer, LearningTask.Binary));
        FeatureRow row = scorer.CreateRow();
        double[] outputs = new double[1];
        byte[] city = Encoding.UTF8.GetBytes("city07");
        byte[] note = Encoding.UTF8.GetBytes("Cancel, bitte! Größe");
        for (int i = 0; i < 50; i++)
            Once();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            Once();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Once()
        {
            row.Clear();
            row.SetNumber(0, 33);
            row.SetCategory(4, city);
            row.SetNumber(5, 1.6e9);
            row.SetCategory(6, note);
            scorer.Score(row, outputs);
        }
    }

    [Fact]
    public async Task IsUnseen_CategoryOutsideTheVocabulary_Tells()
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync("gbdt", LearningTask.Binary));
        FeatureRow row = scorer.CreateRow();
        int plan = scorer.Signature.IndexOf("plan");
        row.SetCategory(plan, "gold"u8);
        Assert.False(row.IsUnseen(plan));
        row.SetCategory(plan, "platinum"u8);
        Assert.True(row.IsUnseen(plan));
        row.SetMissing(plan);
        Assert.False(row.IsUnseen(plan));
    }

    [Fact]
    public async Task SetNumber_OnACategory_SaysWhatTheInputTakes()
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync("gbdt", LearningTask.Binary));
        FeatureRow row = scorer.CreateRow();
        ArgumentException error = Assert.Throws<ArgumentException>(() => row.SetNumber(scorer.Signature.IndexOf("plan"), 1));
        Assert.Contains("plan", error.Message);
    }

    [Fact]
    public async Task Score_TableWithAColumnOfAnotherKind_SaysWhich()
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync("gbdt", LearningTask.Binary));
        var table = new Table([SampleTable.Category("age", ColumnType.Category, ["old"])]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => scorer.Score(table));
        Assert.Contains("age", error.Message);
    }

    [Fact]
    public async Task Score_TableWithoutAColumn_TakesItAsMissing()
    {
        Scorer scorer = Scorer.Compile(await Training.ModelAsync("gbdt", LearningTask.Binary));
        FeatureRow row = scorer.CreateRow();
        row.SetNumber(0, 50);
        double[] expected = new double[1];
        scorer.Score(row, expected);
        var table = new Table([new NumericColumn("age", ColumnType.Integer, [50])]);
        Assert.Equal(expected, scorer.Score(table));
    }
}
