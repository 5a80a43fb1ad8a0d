using System.Globalization;
using System.Text;
using MlServerless.Data;
using MlServerless.Learning;
using MlServerless.Pipelines.Ports;
using MlServerless.Pipelines.Registry;
using MlServerless.Pipelines.Serving;

namespace MlServerless.Soak.Serving;

/// <summary>A model with several small versions, of which each one's answers are known beforehand.</summary>
internal sealed class SwappedModel
{
    /// <summary>Rows that are asked for.</summary>
    public const int Rows = 60;

    private readonly List<ModelVersion> versions = [];
    private readonly List<(DateTimeOffset Since, int Version)> champions = [];
    private readonly Dictionary<(int Version, int Row), long> expected = [];
    private readonly Lock gate = new();

    private SwappedModel(string name) => Name = name;

    public string Name { get; }

    public int Versions => versions.Count;

    /// <summary>How often the champion has changed.</summary>
    public int Swaps => champions.Count - 1;

    public static byte[] Row(int row) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"x\":{row * 1.7},\"c\":\"{"abz"[row % 3]}\"}}"));

    /// <summary>Trains and registers the versions; the first is champion.</summary>
    public static async Task<SwappedModel> CreateAsync(IPipelineStorage storage, string name, int versions, TimeSpan window)
    {
        var model = new SwappedModel(name);
        var registry = new ModelRegistry(storage, TimeProvider.System);
        for (int number = 1; number <= versions; number++)
        {
            ModelArtifact artifact = await SampleModel.TrainAsync(number);
            ModelVersion registered = await SampleModel.RegisterAsync(storage, name, artifact, string.Create(CultureInfo.InvariantCulture, $"t-{number:D32}"), window);
            model.versions.Add(registered);
            model.Expect(registered.Version, artifact);
        }

        await model.SwapAsync(registry, 1);
        return model;
    }

    /// <summary>Makes a version champion.</summary>
    public async Task SwapAsync(ModelRegistry registry, int version)
    {
        ModelAlias? champion = await registry.FindAliasAsync(Name, ModelAlias.Champion, default);
        ModelVersion target = versions[version - 1];

        // Noted before: it may answer before the transaction has come back.
        lock (gate)
            champions.Add((DateTimeOffset.UtcNow, version));
        if (await registry.TryMoveAliasAsync(new AliasMove(target, ModelAlias.Champion, champion) { Action = AliasActions.Set, Who = "load", Why = "swap" }, default) is null)
            throw new InvalidOperationException($"Somebody else moves the champion of '{Name}'.");
    }

    /// <summary>What is wrong with an answer; null where nothing is.</summary>
    /// <param name="began">When the request was sent.</param>
    /// <param name="aliasAge">How old the knowledge of the champion may be.</param>
    public string? Judge(int version, int row, double probability, DateTimeOffset began, TimeSpan aliasAge)
    {
        if (!expected.TryGetValue((version, row), out long bits) || bits != BitConverter.DoubleToInt64Bits(probability))
            return string.Create(CultureInfo.InvariantCulture, $"{Name}: {probability:R} is not what version {version} says of row {row}");
        lock (gate)
        {
            // A champion may answer from the moment it is one until nobody may think so any more.
            bool wasChampion = champions.Index().Any(entry => entry.Item.Version == version && (entry.Index + 1 == champions.Count || champions[entry.Index + 1].Since + aliasAge >= began));
            return wasChampion ? null : string.Create(CultureInfo.InvariantCulture, $"{Name}: version {version} answered at {began:O}, long after it was champion");
        }
    }

    private void Expect(int version, ModelArtifact artifact)
    {
        Scorer scorer = Scorer.Compile(artifact);
        var reader = new JsonRowReader(artifact.Signature);
        FeatureRow features = scorer.CreateRow();
        double[] scores = new double[1];
        for (int row = 0; row < Rows; row++)
        {
            reader.Read(Row(row)).CopyTo(0, features);
            scorer.Score(features, scores);
            expected[(version, row)] = BitConverter.DoubleToInt64Bits(scores[0]);
        }
    }
}
