using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MlServerless.Data;
using MlServerless.Learning.Parameters;

namespace MlServerless.Learning.Trainers;

/// <summary>Hashes what a training starts from, so that a checkpoint of something else is not taken up.</summary>
internal sealed class InputHasher
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds trainer, settings, seed, task and targets; the features are left to the trainer.</summary>
    public void Add(string trainer, int algorithmVersion, ParameterSet parameters, ulong seed, TrainingSet set)
    {
        Add(trainer);
        Add((ulong)algorithmVersion);
        foreach ((string name, JsonElement value) in parameters.Values)
        {
            Add(name);
            Add(value.GetRawText());
        }
        Add(seed);
        Add((ulong)set.Task);
        Add((ulong)set.Classes);
        Add(set.Targets);
        Add(set.ValidationTargets);
        Add(set.Weights);
        Add(set.ValidationWeights);
    }

    public void Add(ReadOnlySpan<double> values)
    {
        Add((ulong)values.Length);
        hash.AppendData(MemoryMarshal.AsBytes(values));
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        hash.AppendData(bytes);
    }

    public ContentHash Hash() => ContentHash.FromDigest(hash.GetHashAndReset());

    private void Add(string text) => Add(Encoding.UTF8.GetBytes(text).AsSpan());

    private void Add(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        hash.AppendData(bytes);
    }
}
