using MlServerless.Data;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Monitoring;

/// <summary>What one process predicted with one model version in one window, as it is stored.</summary>
/// <param name="Process">A random name, new with every start.</param>
/// <param name="Sequence">Grows with every write: later ones contain the earlier ones.</param>
/// <param name="Closed">False while more may come; a sketch that is still open after its window has ended tells of a process that was killed.</param>
/// <param name="Features">Independent of the model, so that windows of different champions compare.</param>
/// <param name="Predictions">One column, <c>prediction</c>: probability, value, or for several classes the label.</param>
/// <param name="Associations">By input of the model, in its order.</param>
public sealed record PredictionSketch(
    string Process, long Sequence, bool Closed, long Rows, TableSketch Features, TableSketch Predictions, TrafficCounts? Traffic = null, IReadOnlyList<AssociationCounts>? Associations = null)
{
    public const string PredictionColumn = "prediction";
}
