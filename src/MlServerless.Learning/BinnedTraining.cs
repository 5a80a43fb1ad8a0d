using System.Text;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Labels;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Parameters;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;
using MlServerless.Learning.Trainers.Gbdt;

namespace MlServerless.Learning;

/// <summary>
/// Labelled rows as trees see them, about a byte per cell: made once from the tables, kept as content, and all that a training then
/// needs. Training from it gives the artifact that the tables give, byte for byte.
/// </summary>
public sealed class BinnedTraining : IDisposable
{
    private const string MaxBins = "maxBins";
    private readonly LabelledTraining labelled;
    private readonly TableSketch reference;

    private BinnedTraining(LabelledTraining labelled, TableSketch reference)
    {
        this.labelled = labelled;
        this.reference = reference;
    }

    /// <summary>Whether a trainer learns from binned rows.</summary>
    public static bool IsUsedBy(string trainer) => TrainerRegistry.Find(trainer) is GbdtTrainer;

    /// <summary>A name for the binned rows of a request: equal for requests that bin the same rows alike, whatever else they set.</summary>
    /// <param name="request">Its tables are not looked at.</param>
    /// <param name="rows">Hashes of what the tables are read from.</param>
    /// <exception cref="TrainingException">Settings are wrong.</exception>
    public static ContentHash Key(TrainingRequest request, params IEnumerable<ContentHash> rows)
    {
        ArgumentNullException.ThrowIfNull(request);
        (ITrainer trainer, ParameterSet parameters) = ModelTrainer.Settings(request.Trainer, request.Parameters);
        var key = new JsonObject
        {
            ["rows"] = new JsonArray([.. rows.Select(hash => (JsonNode)hash.Hex)]),
            ["schema"] = request.Schema.Hash.Hex,
            ["features"] = new JsonArray([.. request.Features.Select(name => (JsonNode)name)]),
            ["label"] = request.Label,
            ["task"] = request.Task.ToString(),
            ["positiveClass"] = request.PositiveClass,
            ["text"] = request.Text.ToString(),
            ["trainer"] = $"{trainer.Name} {trainer.AlgorithmVersion} {Preprocessor.AlgorithmVersion} {BinnedFile.FormatVersion}",
            [MaxBins] = parameters[MaxBins],
            [RowWeights.Parameter] = parameters.Find(RowWeights.Parameter)?.GetString(),
        };
        return ContentHash.Of(CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(key.ToJsonString())));
    }

    /// <summary>Bins the rows of a request.</summary>
    /// <exception cref="TrainingException">Data or settings do not allow a training.</exception>
    public static Task<BinnedTraining> OfAsync(TrainingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => Of(request), cancellationToken);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="folder">Where cells are kept in temporary files that are mapped into memory; null to keep them in it.</param>
    /// <exception cref="InvalidDataException">The bytes are something else, cut short, or of another version.</exception>
    public static BinnedTraining Read(Stream stream, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        (LabelledTraining labelled, TableSketch reference) = BinnedFile.Read(stream, folder);
        return new BinnedTraining(labelled, reference);
    }

    /// <summary>Memory that a training from binned rows takes at most, in bytes.</summary>
    /// <param name="request">Its tables are not looked at.</param>
    /// <param name="rows">Rows of training and validation part together.</param>
    /// <param name="mapped">Whether the cells are in mapped files.</param>
    public static long EstimateBytes(TrainingRequest request, long rows, int classes, bool mapped)
    {
        ArgumentNullException.ThrowIfNull(request);
        long all = ModelTrainer.EstimateBytes(request.Trainer, rows, request.Schema, request.Features, request.Parameters, classes, request.Text);
        return all - ModelTrainer.TableBytes(rows, request.Features.Count) - (mapped ? BinnedRows.BytesFor(rows, request.Features.Count) : 0);
    }

    /// <summary>Memory that <see cref="OfAsync"/> and <see cref="Write"/> take at most, the tables included, in bytes.</summary>
    /// <inheritdoc cref="EstimateBytes"/>
    public static long EstimateMakingBytes(TrainingRequest request, long rows)
    {
        ArgumentNullException.ThrowIfNull(request);
        int slots = ModelTrainer.CountSlots(request.Schema, request.Features);
        long sample = Math.Min(rows, Binner.SampleRows) * slots * sizeof(double);
        return ModelTrainer.TableBytes(rows, request.Features.Count) + 2 * BinnedRows.BytesFor(rows, slots) + sample;
    }

    /// <summary>Writes the rows; equal rows give equal bytes.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        BinnedFile.Write(stream, labelled, reference);
    }

    /// <summary>Trains on these rows.</summary>
    /// <param name="request">Trainer, settings, seed, threads, checkpoint and progress; its tables are not looked at.</param>
    /// <exception cref="TrainingException">Data or settings do not allow it; repeating does not help.</exception>
    public Task<ModelArtifact> TrainAsync(TrainingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => TrainCoreAsync(request, cancellationToken), cancellationToken);
    }

    public void Dispose() => labelled.Set.Cells!.Dispose();

    private static BinnedTraining Of(TrainingRequest request)
    {
        (ITrainer trainer, ParameterSet parameters) = ModelTrainer.Settings(request.Trainer, request.Parameters);
        if (trainer is not GbdtTrainer)
            throw new ArgumentException($"The trainer '{trainer.Name}' does not learn from binned rows.", nameof(request));
        LabelledTraining fromTables = ModelTrainer.Prepare(request, trainer, parameters);
        TrainingSet set = fromTables.Set;
        var team = new WorkTeam(request.Threads);
        BinnedCells cells = BinnedCells.Of(set, parameters.Integer(MaxBins), team);
        TableSketch reference = TableSketch.Of(request.Train, request.Features, team.Threads);
        return new BinnedTraining(fromTables with { Set = cells.Replace(set) }, reference);
    }

    private async Task<ModelArtifact> TrainCoreAsync(TrainingRequest request, CancellationToken cancellationToken)
    {
        (ITrainer trainer, ParameterSet parameters) = ModelTrainer.Settings(request.Trainer, request.Parameters);
        ModelTrainer.RequireFit(trainer, labelled.Set, parameters);
        return await ModelTrainer.FitAsync(labelled, trainer, parameters, request, _ => reference, cancellationToken).ConfigureAwait(false);
    }
}
