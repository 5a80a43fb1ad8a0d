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

    /// <summary>Text made of the pieces that matter to a reader of JSON lines.</summary>
    internal static Gen<byte[]> NdjsonBytes(int maxPieces) =>
        from count in Gen.Choose(0, maxPieces)
        from pieces in Gen.ArrayOf(count, Gen.Frequency(
            Tuple.Create(6, JsonRow.Select(row => row + "\n")),
            Tuple.Create(2, JsonRow),
            Tuple.Create(3, Gen.Elements("{", "}", "[", "]", "\"", "\\", ",", ":", "\n", "\r\n", "\uFEFF", " ", "\0", "\t", "null", "1", "\"a\":", "\\u12", "é"))))
        select System.Text.Encoding.UTF8.GetBytes(string.Concat(pieces));

    /// <summary>An object with few names, so that they meet again in other rows, and sometimes twice in one.</summary>
    internal static Gen<string> JsonRow =>
        from count in Gen.Choose(0, 4)
        from members in Gen.ArrayOf(count, JsonMember(2))
        select "{" + string.Join(",", members) + "}";

    private static Gen<string> JsonMember(int depth) =>
        from name in Gen.Elements("a", "b", "c", "d", "e", "a.b", "é", "\\u0061", "日 本", "a\\\"", "\\ud83d\\ude00")
        from value in depth == 0 ? JsonScalar : Gen.Frequency(
            Tuple.Create(6, JsonScalar),
            Tuple.Create(1, from count in Gen.Choose(0, 3) from members in Gen.ArrayOf(count, JsonMember(depth - 1)) select "{" + string.Join(" , ", members) + "}"),
            Tuple.Create(1, from count in Gen.Choose(0, 3) from values in Gen.ArrayOf(count, JsonScalar) select "[" + string.Join(", ", values) + "]"))
        from blank in Gen.Elements("", "", " ", "\t")
        select $"\"{name}\"{blank}:{blank}{value}{blank}";

    private static Gen<string> JsonScalar => Gen.Elements(
        "1", "0", "-0", "2.5", "-7e3", "1E400", "1.0e-2", "01", "1.", "true", "false", "null", "nul", "\"\"", "\"x\"", "\"bc\"", "\"2026-01-02\"", "\"NA\"", "\" \"", "\"é\"", "\"日本\"",
        "\"a\\nb\"", "\"\\\"q\\\"\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"\\ude00\\ud83d\"", "\"\\u0000\"", "\"a long text that goes beyond thirty-two bytes, é\\t.\"");

    /// <summary>What a writer may be given as a value.</summary>
    internal static Gen<string> CellText =>
        from count in Gen.Choose(0, 3)
        from pieces in Gen.ArrayOf(count, Gen.Elements("a", "1", "-2.5", "true", "2026-01-02", "\"", ",", "\n", "\r\n", "\r", " ", "é", "日本", "😀", "\\", "{", "\t"))
        select string.Concat(pieces);

    internal static Gen<byte[]> AnyBytes(int maxLength) =>
        from length in Gen.Choose(0, maxLength)
        from bytes in Gen.ArrayOf(length, Gen.Frequency(
            Tuple.Create(3, Gen.Choose(0, 255)),
            Tuple.Create(2, Gen.Elements<int>(',', '\n', '\r', '"', ';', 0))))
        select Array.ConvertAll(bytes, value => (byte)value);
}
