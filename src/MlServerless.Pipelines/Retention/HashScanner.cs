using MlServerless.Data;

namespace MlServerless.Pipelines.Retention;

/// <summary>Finds content hashes in documents without knowing their form, so that a new kind of reference is never overlooked.</summary>
internal static class HashScanner
{
    private const int Digits = 64;

    /// <summary>Adds every run of exactly 64 lower-case hex digits.</summary>
    public static void Collect(ReadOnlySpan<byte> document, ISet<ContentHash> into)
    {
        int start = 0;
        for (int i = 0; i <= document.Length; i++)
        {
            if (i < document.Length && char.IsAsciiHexDigitLower((char)document[i]))
                continue;
            if (i - start == Digits && ContentHash.TryParse(System.Text.Encoding.ASCII.GetString(document[start..i]), out ContentHash hash))
                into.Add(hash);
            start = i + 1;
        }
    }
}
