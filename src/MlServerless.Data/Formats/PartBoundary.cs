namespace MlServerless.Data;

/// <summary>Finds where a part may end, in data that come piece by piece.</summary>
internal abstract class PartBoundary
{
    /// <summary>Forgets what came before; the next byte starts a row.</summary>
    internal abstract void Restart();

    /// <summary>Reads on to the first end that is not before <paramref name="notBefore"/>.</summary>
    /// <param name="piece">The next bytes of the data.</param>
    /// <param name="notBefore">A position in this piece; ends before it are passed over.</param>
    /// <returns>The position at which the next part would start; or -1 when the piece was read through without one.</returns>
    internal abstract int Find(ReadOnlySpan<byte> piece, int notBefore);
}
