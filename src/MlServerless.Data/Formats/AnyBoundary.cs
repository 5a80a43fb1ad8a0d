namespace MlServerless.Data;

/// <summary>Cuts after any byte, for content that has no rows.</summary>
internal sealed class AnyBoundary : PartBoundary
{
    internal override void Restart()
    {
    }

    internal override int Find(ReadOnlySpan<byte> piece, int notBefore) => notBefore <= piece.Length ? notBefore : -1;
}
