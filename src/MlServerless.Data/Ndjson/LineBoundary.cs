namespace MlServerless.Data;

/// <summary>Finds ends of lines.</summary>
internal sealed class LineBoundary : PartBoundary
{
    internal override void Restart()
    {
    }

    internal override int Find(ReadOnlySpan<byte> piece, int notBefore)
    {
        // An end at notBefore belongs to a line feed just before it.
        int from = Math.Clamp(notBefore - 1, 0, piece.Length);
        int found = piece[from..].IndexOf((byte)'\n');
        return found < 0 ? -1 : from + found + 1;
    }
}
