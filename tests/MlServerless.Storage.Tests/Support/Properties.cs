using FsCheck;

namespace MlServerless.Storage.Tests.Support;

/// <summary>Property checks that try the same cases on every run.</summary>
internal static class Properties
{
    public static void Check<T>(Arbitrary<T> values, Func<T, bool> holds, int cases) =>
        Prop.ForAll(values, holds).Check(new Configuration
        {
            MaxNbOfTest = cases,
            Replay = FsCheck.Random.StdGen.NewStdGen(20261120, 17),
            QuietOnSuccess = true,
            Runner = Config.QuickThrowOnFailure.Runner,
        });

    /// <summary>Text of every kind of character, short and long, without half surrogates.</summary>
    public static Arbitrary<string> Texts(int maximumLength, Func<System.Text.Rune, bool> allowed) =>
        Arb.From(
            from length in Gen.Choose(0, maximumLength)
            from runes in Gen.ListOf(length, Gen.OneOf(Gen.Choose(0x20, 0x7E), Gen.Choose(0x20, 0x7FF), Gen.Choose(0x800, 0xD7FF), Gen.Choose(0xE000, 0xFFFD), Gen.Choose(0x10000, 0x10FFFF)))
            select string.Concat(runes.Select(value => new System.Text.Rune(value)).Where(allowed).Select(rune => rune.ToString())));
}
