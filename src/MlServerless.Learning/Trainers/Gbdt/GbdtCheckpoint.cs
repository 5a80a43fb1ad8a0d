using System.Buffers;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Artifacts;
using MlServerless.Learning.Preprocessing;

namespace MlServerless.Learning.Trainers.Gbdt;

/// <summary>The trees of a training in progress as JSON, with the fingerprint of what they were grown from.</summary>
internal sealed class GbdtCheckpoint(ITrainingCheckpoint storage, ContentHash fingerprint, IReadOnlyList<Slot> slots)
{
    private static readonly string[] Members = ["fingerprint", "trees"];

    /// <summary>The trees saved last, or null where nothing usable was saved.</summary>
    public async ValueTask<Tree[]?> LoadAsync(CancellationToken cancellationToken)
    {
        byte[]? state = await storage.LoadAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return state is null ? null : Parse(state);
        }
        catch (Exception e) when (e is InvalidArtifactException or JsonException or InvalidOperationException)
        {
            // A checkpoint only saves time; a damaged one costs no more than none.
            return null;
        }
    }

    public async ValueTask SaveAsync(IReadOnlyList<Tree> trees, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("fingerprint", fingerprint.Hex);
            writer.WriteStartArray("trees");
            foreach (Tree tree in trees)
                TreeJson.Write(writer, tree);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        await storage.SaveAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
    }

    private Tree[]? Parse(byte[] state)
    {
        var reader = new Utf8JsonReader(state);
        reader.Read();
        string found = "";
        Tree[] trees = [];
        JsonRead.Object(ref reader, "checkpoint", Members, (ref Utf8JsonReader r, string name) =>
        {
            if (name == "fingerprint")
                found = JsonRead.Text(ref r, name);
            else
                trees = TreeJson.ReadAll(ref r);
        });
        if (found != fingerprint.Hex)
            return null;
        for (int t = 0; t < trees.Length; t++)
            TreeChecks.Check(trees[t], t, slots);
        return trees;
    }
}
