using System.Runtime.InteropServices;
using MlServerless.Data;

namespace MlServerless.Learning.Trainers.Linear;

/// <summary>Everything that the next step of the solver depends on.</summary>
internal sealed class LbfgsState
{
    public int Iteration { get; set; }

    public required double[] Weights { get; set; }

    public required double[] Gradient { get; set; }

    /// <summary>Objective with all penalties.</summary>
    public double Value { get; set; }

    /// <summary>Steps and changes of the gradient that the inverse Hessian is made of, oldest first.</summary>
    public List<(double[] Step, double[] Change)> History { get; } = [];

    public byte[] Serialize(ContentHash fingerprint)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(fingerprint.Hex);
        writer.Write(Iteration);
        writer.Write(Value);
        writer.Write(Weights.Length);
        writer.Write(History.Count);
        writer.Write(MemoryMarshal.AsBytes<double>(Weights));
        writer.Write(MemoryMarshal.AsBytes<double>(Gradient));
        foreach ((double[] step, double[] change) in History)
        {
            writer.Write(MemoryMarshal.AsBytes<double>(step));
            writer.Write(MemoryMarshal.AsBytes<double>(change));
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a state of the given size, or null where the bytes are of other inputs or damaged.</summary>
    public static LbfgsState? Deserialize(byte[] bytes, ContentHash fingerprint, int size)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            if (reader.ReadString() != fingerprint.Hex)
                return null;
            int iteration = reader.ReadInt32();
            double value = reader.ReadDouble();
            int savedSize = reader.ReadInt32();
            int pairs = reader.ReadInt32();
            long remaining = reader.BaseStream.Length - reader.BaseStream.Position;
            if (savedSize != size || iteration < 0 || pairs is < 0 or > Lbfgs.Memory || remaining != (2L + 2L * pairs) * size * sizeof(double))
                return null;
            var state = new LbfgsState { Weights = ReadVector(reader, size), Gradient = ReadVector(reader, size), Iteration = iteration, Value = value };
            for (int i = 0; i < pairs; i++)
                state.History.Add((ReadVector(reader, size), ReadVector(reader, size)));
            return state;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            return null;
        }
    }

    private static double[] ReadVector(BinaryReader reader, int size)
    {
        double[] vector = new double[size];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.AsSpan()));
        return vector;
    }
}
