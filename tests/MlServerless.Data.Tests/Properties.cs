using FsCheck;

namespace MlServerless.Data.Tests;

/// <summary>Checks properties with a fixed seed, so that a failure comes back.</summary>
internal static class Properties
{
    internal static void Check<T>(Gen<T> values, Action<T> property, int tests = 200)
    {
        Configuration configuration = Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = tests;
        configuration.Replay = FsCheck.Random.StdGen.NewStdGen(20261121, 296811);
        Prop.ForAll(Arb.From(values), value => property(value)).Check(configuration);
    }

    /// <summary>64 even bits; Gen.Choose does not take the whole range of an int.</summary>
    internal static Gen<long> Bits64 =>
        from parts in Gen.ArrayOf(4, Gen.Choose(0, ushort.MaxValue))
        select parts.Aggregate(0L, (bits, part) => bits << 16 | (uint)part);

    /// <summary>Text made of the pieces that matter to a reader of CSV.</summary>
    internal static Gen<byte[]> CsvBytes(int maxPieces) =>
        from count in Gen.Choose(0, maxPieces)
        from pieces in Gen.ArrayOf(count, Gen.Elements(
            "a", "bc", "1", "2.5", "-7", "true", "2026-01-02", "NA", "", " ", ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\",\"", "é", "日本", "x\"y"))
        select System.Text.Encoding.UTF8.GetBytes(string.Concat(pieces));

    internal static Gen<byte[]> AnyBytes(int maxLength) =>
        from length in Gen.Choose(0, maxLength)
        from bytes in Gen.ArrayOf(length, Gen.Frequency(
            Tuple.Create(3, Gen.Choose(0, 255)),
            Tuple.Create(2, Gen.Elements<int>(',', '\n', '\r', '"', ';', 0))))
        select Array.ConvertAll(bytes, value => (byte)value);
}
