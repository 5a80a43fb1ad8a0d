using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning;

/// <summary>
/// Says what each input adds to the raw score of a row: exact Shapley values, for trees path-dependent (TreeSHAP), for linear models
/// against the means of the training rows. Immutable and safe for several threads at once.
/// </summary>
/// <remarks>
/// Contributions are in the units of the raw score: log-odds for a binary task, the label's unit for regression, unnormalised
/// log-probabilities, one set per class, for a multiclass one. Those of one output can be added in any order without rounding;
/// base value and contributions together are the raw score to within 2^-50 of (|base| + |raw| + Σ|contribution|).
/// </remarks>
public sealed class Explainer
{
    private readonly Preprocessor preprocessor;
    private readonly IPredictor predictor;
    private readonly IAttribution attribution;

    private Explainer(ArtifactContent content, IPredictor predictor)
    {
        preprocessor = content.Preprocessor;
        this.predictor = predictor;
        attribution = content.Body.Attribute(preprocessor.Slots);
        OutputCount = content.Task == LearningTask.Multiclass ? content.ClassLabels.Count : 1;
    }

    /// <summary>Raw scores per row: one, or for multiclass one per class.</summary>
    public int OutputCount { get; }

    /// <summary>Inputs of the model's signature.</summary>
    public int InputCount => preprocessor.Inputs.Count;

    /// <summary>Per output, the raw score that contributions start from: its mean over the training rows.</summary>
    public IReadOnlyList<double> BaseValues => attribution.BaseValues;

    /// <summary>Steps that a row takes, about; a hundred million take a second.</summary>
    internal long Cost => attribution.Cost;

    public static Explainer Compile(ModelArtifact artifact)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        return new Explainer(artifact.Content, artifact.Predictor);
    }

    /// <summary>Explains one row; allocates nothing.</summary>
    /// <param name="row">Made by a <see cref="Scorer"/> of the same artifact.</param>
    /// <param name="contributions">Output k of input i at k × <see cref="InputCount"/> + i.</param>
    /// <param name="rawScores">Per output, the raw score; may be empty.</param>
    /// <exception cref="ArgumentException">The row is of another model, or there is too little room.</exception>
    public void Explain(FeatureRow row, Span<double> contributions, Span<double> rawScores = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (!row.BelongsTo(preprocessor))
            throw new ArgumentException("The row was made for another model.", nameof(row));
        int length = OutputCount * InputCount;
        if (contributions.Length < length)
            throw new ArgumentException($"{OutputCount} outputs of {InputCount} inputs need more room than {contributions.Length}.", nameof(contributions));
        if (rawScores.Length > 0 && rawScores.Length < OutputCount)
            throw new ArgumentException($"{OutputCount} raw scores need more room than {rawScores.Length}.", nameof(rawScores));
        Explain(row.Slots, contributions[..length], rawScores);
    }

    internal void Explain(ReadOnlySpan<double> slots, Span<double> contributions, Span<double> rawScores)
    {
        const int MaxStack = 128;
        Span<double> raw = rawScores.Length > 0 ? rawScores[..OutputCount] : OutputCount <= MaxStack ? stackalloc double[MaxStack] : new double[OutputCount];
        raw = raw[..OutputCount];
        predictor.ScoreRaw(slots, 1, 1, raw);
        contributions.Clear();
        attribution.Explain(slots, contributions);
        for (int k = 0; k < OutputCount; k++)
            FixedPoint.Settle(attribution.BaseValues[k], raw[k], contributions.Slice(k * InputCount, InputCount));
    }
}
