using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using MlServerless.Data;

namespace MlServerless.Learning.Tests.Support;

/// <summary>Trainings on <see cref="SampleTable"/>.</summary>
internal static class Training
{
    public static readonly Table Train = SampleTable.Make(1500, 1);
    public static readonly Table Validation = SampleTable.Make(500, 2);

    public static readonly (string Trainer, LearningTask Task)[] Kinds =
        [.. from trainer in ModelTrainer.TrainerNames from task in Enum.GetValues<LearningTask>() select (trainer, task)];

    private static readonly ConcurrentDictionary<(string, LearningTask), Task<ModelArtifact>> Models = new();

    /// <summary>All pairs of trainer and task, for theories.</summary>
    public static TheoryData<string, LearningTask> AllKinds
    {
        get
        {
            var data = new TheoryData<string, LearningTask>();
            foreach ((string trainer, LearningTask task) in Kinds)
                data.Add(trainer, task);
            return data;
        }
    }

    /// <summary>Settings under which a trainer uses everything it has: sampling, both penalties.</summary>
    public static JsonObject Parameters(string trainer) => trainer == "gbdt"
        ? new JsonObject { ["rounds"] = 20, ["maxLeaves"] = 15, ["rowFraction"] = 0.8, ["columnFraction"] = 0.7, ["l1"] = 0.01 }
        : new JsonObject { ["l1"] = 0.5, ["l2"] = 2 };

    public static TrainingRequest Request(string trainer, LearningTask task, int threads = 2) => new()
    {
        Task = task,
        Label = SampleTable.LabelOf(task),
        PositiveClass = task == LearningTask.Binary ? "yes" : null,
        Features = SampleTable.Features,
        Schema = SampleTable.Schema,
        Train = Train,
        Validation = Validation,
        Trainer = trainer,
        Parameters = Parameters(trainer),
        Seed = 42,
        Threads = threads,
    };

    public static Task<ModelArtifact> RunAsync(string trainer, LearningTask task, int threads) =>
        ModelTrainer.TrainAsync(Request(trainer, task, threads));

    /// <summary>The model of a request, trained once for all tests.</summary>
    public static Task<ModelArtifact> ModelAsync(string trainer, LearningTask task) =>
        Models.GetOrAdd((trainer, task), static kind => RunAsync(kind.Item1, kind.Item2, threads: 2));

    /// <summary>A binary training on any table with the label "y".</summary>
    public static TrainingRequest RequestOn(Table table, LearningTask task, string trainer, JsonObject? parameters = null) => new()
    {
        Task = task,
        Label = "y",
        Features = [.. table.Columns.Select(c => c.Name).Where(name => name != "y")],
        Schema = SampleTable.SchemaOf(table),
        Train = table,
        Validation = table.Select([]),
        Trainer = trainer,
        Parameters = parameters,
    };
}
