using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Explanations;
using MlServerless.Learning.Labels;
using MlServerless.Learning.Numerics;
using MlServerless.Learning.Parameters;
using MlServerless.Learning.Preprocessing;
using MlServerless.Learning.Trainers;

namespace MlServerless.Learning;

/// <summary>Trains models.</summary>
public static class ModelTrainer
{
    /// <summary>Values that a date is taken apart into, at most.</summary>
    public const int DateParts = 6;

    /// <summary>Values that a text has beside its n-grams.</summary>
    public const int TextParts = 2;

    /// <summary>The trainers that a spec can name.</summary>
    public static IReadOnlyList<string> TrainerNames => TrainerRegistry.Names;

    /// <summary>Fits preprocessing and model on the training part and measures them on the validation part.</summary>
    /// <exception cref="TrainingException">Data or parameters do not allow it; repeating does not help.</exception>
    public static Task<ModelArtifact> TrainAsync(TrainingRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.Run(() => TrainCoreAsync(request, cancellationToken), cancellationToken);
    }

    /// <summary>Everything that is wrong with the settings of a trainer; empty where they can be used. Paths are the settings' names.</summary>
    public static IReadOnlyList<SpecError> ValidateParameters(string trainer, JsonObject? parameters)
    {
        if (TrainerRegistry.Find(trainer) is not { } found)
            return [new SpecError("", TrainerRegistry.Unknown(trainer))];
        ParameterSet.Read(found.Parameters, parameters, out IReadOnlyList<SpecError> errors);
        return errors;
    }

    /// <summary>Whether a setting of a trainer takes whole numbers only; false where there is none of that name.</summary>
    public static bool IsInteger(string trainer, string parameter) =>
        TrainerRegistry.Find(trainer)?.Parameters.FirstOrDefault(definition => definition.Name == parameter) is NumberParameter { IsInteger: true };

    /// <summary>Memory that a training takes at most with the trainer's default settings, the tables included, in bytes.</summary>
    /// <param name="rows">Rows of training and validation part together.</param>
    /// <param name="features">Numbers and categories; a date counts as <see cref="DateParts"/>, texts take more, see the other overload.</param>
    /// <exception cref="ArgumentException">There is no such trainer.</exception>
    public static long EstimateBytes(string trainer, long rows, int features, int classes = 2) =>
        EstimateBytes(trainer, rows, features, features, 0, null, classes);

    /// <summary>Memory that a training takes at most, the tables included, in bytes.</summary>
    /// <param name="rows">Rows of training and validation part together.</param>
    /// <exception cref="ArgumentException">There is no such trainer, or a feature is not in the schema.</exception>
    public static long EstimateBytes(
        string trainer, long rows, DataSchema schema, IReadOnlyList<string> features, JsonObject? parameters = null, int classes = 2, TextOptions? text = null)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(features);
        int slots = CountSlots(schema, features);
        int texts = features.Count(name => schema.Find(name)!.Type == ColumnType.Text);
        int dimensions = Math.Min((text ?? TextOptions.Default).Dimensions, TrainerRegistry.Find(trainer)?.MaxTextDimensions ?? 0);
        return EstimateBytes(trainer, rows, features.Count, slots, texts * dimensions, parameters, classes);
    }

    private static long EstimateBytes(string trainer, long rows, int columns, int slots, int sparseSlots, JsonObject? parameters, int classes)
    {
        ITrainer found = TrainerRegistry.Find(trainer) ?? throw new ArgumentException(TrainerRegistry.Unknown(trainer), nameof(trainer));
        return TableBytes(rows, columns) + found.EstimateBytes(rows, slots, sparseSlots, classes, ParameterSet.Read(found.Parameters, parameters, out _));
    }

    /// <summary>Slots that features become at most, but for those of texts' n-grams.</summary>
    internal static int CountSlots(DataSchema schema, IReadOnlyList<string> features) =>
        features.Sum(name => schema.Find(name)?.Type switch
        {
            ColumnType.DateTime => DateParts,
            ColumnType.Text => TextParts,
            null => throw new ArgumentException($"The schema has no column '{name}'.", nameof(features)),
            _ => 1,
        });

    /// <summary>Every column as doubles, the label and the row numbers, too, and once more the labelled rows and their targets.</summary>
    internal static long TableBytes(long rows, int columns) => rows * (columns + 4L) * sizeof(double);

    private static async Task<ModelArtifact> TrainCoreAsync(TrainingRequest request, CancellationToken cancellationToken)
    {
        (ITrainer trainer, ParameterSet parameters) = Settings(request.Trainer, request.Parameters);
        LabelledTraining labelled = Prepare(request, trainer, parameters);
        return await FitAsync(labelled, trainer, parameters, request, team => TableSketch.Of(request.Train, request.Features, team.Threads), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <exception cref="TrainingException">There is no such trainer, or its settings are wrong.</exception>
    internal static (ITrainer Trainer, ParameterSet Parameters) Settings(string name, JsonObject? settings)
    {
        ITrainer trainer = TrainerRegistry.Find(name) ?? throw new TrainingException("unknown-trainer", TrainerRegistry.Unknown(name));
        ParameterSet parameters = ParameterSet.Read(trainer.Parameters, settings, out IReadOnlyList<SpecError> errors);
        return errors.Count == 0
            ? (trainer, parameters)
            : throw new TrainingException("invalid-parameters", string.Join(" ", errors.Select(e => e.Message)));
    }

    /// <summary>Reads labels and weights and fits the preprocessing.</summary>
    /// <exception cref="TrainingException">Data and settings do not allow a training.</exception>
    internal static LabelledTraining Prepare(TrainingRequest request, ITrainer trainer, ParameterSet parameters)
    {
        if (!request.Text.IsValid)
            throw new TrainingException("invalid-parameters", "The settings for texts are out of their ranges.");
        CheckFeatures(request);
        IReadOnlyList<string> classes = Classes(request);
        LabelledRows train = Labelled(request, request.Train, classes);
        LabelledRows validation = request.Validation.RowCount == 0 ? LabelledRows.None : Labelled(request, request.Validation, classes);
        if (train.Rows.Length == 0)
            throw new TrainingException(FindingCodes.TooFewRows,
                $"The training part has no row with a label in '{request.Label}'. Provide labelled rows or a larger training fraction.");

        Preprocessor preprocessor = Preprocessor.Fit(
            request.Features, request.Train, train.Rows, train.Targets, classes.Count, new EncoderLimits(trainer.MaxVocabulary, trainer.MaxTextDimensions, request.Text));
        EncodedRows validationRows = preprocessor.Bind(request.Validation, validation.Rows);
        string? weightColumn = parameters.Find(RowWeights.Parameter)?.GetString();
        string? weightProblem = weightColumn is null ? null : RowWeights.Problem(request, weightColumn);
        bool weighted = weightColumn is not null && weightProblem is null;
        var set = new TrainingSet(
            request.Task, classes.Count, preprocessor.Bind(request.Train, train.Rows), train.Targets, validationRows, validation.Targets)
        {
            ClassLabels = classes,
            Weights = weighted ? RowWeights.Read(request.Train, weightColumn!, train.Rows) : null,
            ValidationWeights = weighted && validation.Rows.Length > 0 ? RowWeights.Read(request.Validation, weightColumn!, validation.Rows) : null,
        };
        RequireFit(trainer, set, parameters, weightProblem);
        var signature = new ModelSignature(request.Label, [.. request.Features.Select(name => Field(request, name))], request.Schema.Hash);
        return new LabelledTraining(set, signature, new TrainingRows(train.Rows.Length, train.LeftOut, validation.Rows.Length, validation.LeftOut));
    }

    /// <exception cref="TrainingException">Settings name what the data have not; all of it is told.</exception>
    internal static void RequireFit(ITrainer trainer, TrainingSet set, ParameterSet parameters, string? otherProblem = null)
    {
        IReadOnlyList<SpecError> misfits = trainer.Check(set, parameters);
        if (misfits.Count > 0 || otherProblem is not null)
            throw new TrainingException("invalid-parameters", string.Join(" ", misfits.Select(e => e.Message).Append(otherProblem).OfType<string>()));
    }

    /// <summary>Fits a model, measures it on the validation rows and puts the artifact together.</summary>
    /// <param name="request">Seed, threads, checkpoint and progress; its tables are not looked at.</param>
    /// <param name="referenceOf">Makes the distributions of the features of the training part.</param>
    internal static async Task<ModelArtifact> FitAsync(
        LabelledTraining labelled, ITrainer trainer, ParameterSet parameters, TrainingRequest request, Func<WorkTeam, TableSketch> referenceOf, CancellationToken cancellationToken)
    {
        TrainingSet set = labelled.Set;
        var team = new WorkTeam(request.Threads);
        IModelBody body = await trainer
            .TrainAsync(set, parameters, new TrainerContext(request.Seed, team, request.Checkpoint, request.Progress), cancellationToken)
            .ConfigureAwait(false);
        request.Progress?.Invoke(1);

        var scorer = new Scorer(set.Task, set.Classes, labelled.Signature, set.Preprocessor, body.Compile(set.Preprocessor.Slots, set.Task, set.Classes));
        double[] scores = scorer.Score(set.Validation, team);
        TableSketch reference = referenceOf(team);
        var content = new ArtifactContent
        {
            Task = set.Task,
            Trainer = new TrainerDocument(trainer.Name, trainer.AlgorithmVersion),
            Parameters = parameters.Values,
            Seed = request.Seed,
            Signature = labelled.Signature,
            ClassLabels = set.ClassLabels,
            Preprocessor = set.Preprocessor,
            Body = body,
            Rows = labelled.Rows,
            Reference = reference,
            Predictions = labelled.Rows.Validation == 0 ? null : Evaluation.Sketch(set.Task, scores, set.ClassLabels),
            Importance = ImportanceCollector.Collect(body, scorer.OutputCount, set.Validation.Count > 0 ? set.Validation : set.Train, team),
            Metrics = Evaluation.Metrics(set.Task, set.ValidationTargets, scores, scorer.OutputCount),
        };
        return ModelArtifact.Parse(ArtifactFormat.Write(content));
    }

    private static void CheckFeatures(TrainingRequest request)
    {
        if (request.Features.Count == 0)
            throw new TrainingException(FindingCodes.NoUsableFeatures, "There are no features; leave at least one column beside label and key.");
        foreach (string name in request.Features)
        {
            if (name == request.Label)
                throw new TrainingException(FindingCodes.UnsuitableLabel, $"The label '{name}' is named as a feature, too; exclude it.");
            if (request.Train.Find(name) is not { } column || request.Schema.Find(name) is not { } schema)
                throw new TrainingException(FindingCodes.MissingFeature, $"The feature '{name}' is not a column of the data.");
            if (schema.Type != column.Type)
                throw new TrainingException(FindingCodes.UnexpectedType, $"The feature '{name}' is of type {schema.Type} in the schema, but of type {column.Type} in the data.");
        }
        if (request.Features.Distinct(StringComparer.Ordinal).Count() != request.Features.Count)
            throw new TrainingException(FindingCodes.DuplicateColumn, "A feature is named twice.");
    }

    private static IReadOnlyList<string> Classes(TrainingRequest request)
    {
        if (request.Task == LearningTask.Regression)
            return [];
        Column label = Label(request, request.Train);
        IReadOnlyList<string> classes = LabelColumn.Classes(label);
        if (classes.Count == 1)
            throw new TrainingException(FindingCodes.SingleClass,
                $"Every row of the training part has the label '{classes[0]}'; there is nothing to tell apart. Provide rows of another class.");
        if (request.Task == LearningTask.Multiclass || classes.Count == 0)
            return classes;
        if (classes.Count > 2)
            throw new TrainingException(FindingCodes.UnsuitableLabel,
                $"The label '{request.Label}' has {classes.Count} classes; a binary task has two. Use the task multiclass, or regression for numbers.");
        string positive = LabelColumn.Positive(label, classes, request.PositiveClass);
        return classes[1] == positive ? classes : [classes[1], classes[0]];
    }

    private static LabelledRows Labelled(TrainingRequest request, Table table, IReadOnlyList<string> classes)
    {
        Column label = Label(request, table);
        return LabelledRows.Of(request.Task == LearningTask.Regression ? LabelColumn.Values(label) : LabelColumn.ClassIndices(label, classes));
    }

    private static Column Label(TrainingRequest request, Table table) =>
        table.Find(request.Label)
            ?? throw new TrainingException(FindingCodes.MissingLabel, $"The data has no column '{request.Label}', which is named as the label.");

    private static SignatureField Field(TrainingRequest request, string name)
    {
        ColumnSchema schema = request.Schema.Find(name)!;
        return new SignatureField(name, schema.Type, schema.Values, schema.In(SchemaEnvironments.Serving).Required);
    }
}
