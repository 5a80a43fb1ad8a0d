using System.Buffers;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Serving;

/// <summary>Answers prediction requests and lets the monitoring observe them.</summary>
public sealed class PredictionService(ServedModels models, PredictionSketches sketches)
{
    /// <param name="version">Null for the champion.</param>
    /// <param name="body">One row or an array of rows as JSON (<see cref="JsonRowReader"/>).</param>
    /// <returns>The answer as JSON.</returns>
    /// <exception cref="ProblemException">The request cannot be answered; nothing was observed.</exception>
    public async ValueTask<ArrayBufferWriter<byte>> PredictAsync(string model, int? version, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        PipelineName.Require(model, "model");
        ModelAnswer answer = await models.GetAsync(model, version, cancellationToken);
        RowBatch rows = answer.Model.Rows.Read(body.Span);
        var unseen = new List<(int Row, int Input)>();
        double[] scores = answer.Model.Score(rows, (row, input) => unseen.Add((row, input)));
        var output = new ArrayBufferWriter<byte>(256 + (scores.Length * 64));
        PredictionWriter.Write(output, answer, rows, scores, unseen);
        sketches.Observe(answer.Model, rows, scores);
        return output;
    }
}
