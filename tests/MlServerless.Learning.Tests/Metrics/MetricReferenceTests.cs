using MlServerless.Data;
using MlServerless.Learning.Evaluations;
using MlServerless.Learning.Metrics;

namespace MlServerless.Learning.Tests.Metrics;

/// <summary>Against the figures of scikit-learn, SciPy and NumPy.</summary>
public class MetricReferenceTests
{
    private static readonly ReferenceCase.Reference Reference = ReferenceCase.Read();

    public static TheoryData<string> Names => new(Reference.Cases.Select(one => one.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Measure_RecordedCase_GivesTheReferenceValues(string name)
    {
        ReferenceCase one = Find(name);
        Predictions predictions = Of(one, one.Scores);
        SortedDictionary<string, MetricEstimate> measured = new MetricSet(predictions, 0.95, null).Measure(Rows(predictions));
        if (one.Task != LearningTask.Regression)
            measured["ece"] = CalibrationTable.Measure(predictions, 1.96).Ece!;
        Assert.Equal(one.Metrics.Keys.Order(StringComparer.Ordinal), measured.Keys);
        Assert.Equal(Evaluation.HoldOutMetricNames(one.Task).Where(metric => metric != "cost").Order(StringComparer.Ordinal), measured.Keys);
        foreach ((string metric, double expected) in one.Metrics)
        {
            Assert.True(Math.Abs(expected - measured[metric].Value) <= 1e-12 * Math.Max(1, Math.Abs(expected)), $"{metric}: {measured[metric].Value:R}, not {expected:R}");
            Assert.InRange(measured[metric].Value, measured[metric].Low!.Value, measured[metric].High!.Value);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Metrics_RecordedCase_AreThoseOfTheEvaluation(string name)
    {
        ReferenceCase one = Find(name);
        foreach ((string metric, double value) in Evaluation.Metrics(one.Task, one.Targets, one.Scores, one.Outputs))
        {
            if (one.Threshold == 0.5 || metric is "auc" or "prAuc" or "logLoss" or "brier")
                Assert.Equal(one.Metrics[metric], value, 1e-12 * Math.Max(1, Math.Abs(value)));
        }
    }

    /// <summary>DeLong's formula over all pairs, and the derivatives of scikit-learn's metrics by the weights of rows.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void StandardError_RecordedCase_GivesTheReferenceValues(string name)
    {
        ReferenceCase one = Find(name);
        Predictions predictions = Of(one, one.Scores);
        var influence = new double[one.Targets.Length];
        int[] rows = Rows(predictions);
        foreach ((string metric, double expected) in one.StandardErrors)
        {
            MetricInfluence.Measure(metric, predictions, rows, influence);
            Assert.Equal(1, MetricInfluence.StandardError(rows, influence) / expected, metric == "auc" ? 1e-12 : 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compare_RecordedCase_GivesTheReferenceIntervals(string name)
    {
        ReferenceCase one = Find(name);
        foreach ((string metric, double error) in one.PairedStandardErrors)
        {
            PairedComparison compared = PairedTest.Compare(one.Task, metric, one.Targets, one.Scores, one.Other, one.Outputs, one.Threshold)!;
            Assert.Equal(1, (compared.High!.Value - compared.Low!.Value) / (2 * 1.959963984540054 * error), metric == "auc" ? 1e-12 : 1e-5);
            double sign = Evaluation.HigherIsBetter(metric) ? 1 : -1;
            Assert.Equal(one.Metrics[metric], compared.First, 1e-12 * Math.Max(1, Math.Abs(compared.First)));
            Assert.Equal(sign * (compared.First - compared.Second), compared.Gain);
            Assert.Equal(compared.PValue < 0.05, compared.Verdict != PairedVerdict.Indistinguishable);
        }
    }

    [Fact]
    public void Confusion_RecordedCases_AreTheReferenceCounts()
    {
        foreach (ReferenceCase one in Reference.Cases.Where(one => one.Task != LearningTask.Regression))
        {
            Predictions predictions = Of(one, one.Scores);
            ClassCounts counts = ClassCounts.Of(predictions, predictions.Labelled);
            Assert.Equal(one.Confusion.Select(line => line.Sum()), counts.Actual);
            Assert.Equal(one.Confusion.Select((line, k) => line[k]), counts.Right);
            Assert.Equal(Enumerable.Range(0, one.Confusion.Length).Select(k => one.Confusion.Sum(line => line[k])), counts.Predicted);
        }
    }

    [Fact]
    public void CalibrationTable_RecordedCases_AreTheReferenceCurves()
    {
        foreach (ReferenceCase one in Reference.Cases.Where(one => one.Task == LearningTask.Binary))
        {
            Calibration calibration = CalibrationTable.Measure(Of(one, one.Scores), 1.96);
            Assert.Equal(one.CalibrationObserved, calibration.Bins.Select(bin => bin.Observed), Near);
            Assert.Equal(one.CalibrationPredicted, calibration.Bins.Select(bin => bin.Predicted), Near);
            Assert.Equal(one.Targets.Length, calibration.Bins.Sum(bin => bin.Rows));
            Assert.Equal(1, calibration.PValue!.Value / one.Spiegelhalter, 1e-10);
        }
    }

    [Fact]
    public void NormalDistribution_RecordedValues_AgreeToTheLastDigits()
    {
        foreach (double[] pair in Reference.Normal.Quantiles)
            Assert.Equal(pair[1], NormalDistribution.Quantile(pair[0]), 1e-14 * Math.Max(1, Math.Abs(pair[1])));
        foreach (double[] pair in Reference.Normal.TwoSided)
            Assert.Equal(1, NormalDistribution.TwoSided(pair[0]) / pair[1], 1e-12);
    }

    [Fact]
    public void Wilson_RecordedValues_Agree()
    {
        foreach (double[] one in Reference.Wilson)
        {
            Interval interval = Intervals.Wilson(one[0] / one[1], one[1], NormalDistribution.Reach(0.95));
            Assert.Equal(one[2], interval.Low, 1e-14);
            Assert.Equal(one[3], interval.High, 1e-14);
        }
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-12;

    private static ReferenceCase Find(string name) => Reference.Cases.Single(one => one.Name == name);

    private static Predictions Of(ReferenceCase one, double[] scores) => new(one.Task, one.Targets, scores, one.Outputs, one.Threshold);

    private static int[] Rows(Predictions predictions) => predictions.Task == LearningTask.Binary ? predictions.Ranked : predictions.Labelled;
}
