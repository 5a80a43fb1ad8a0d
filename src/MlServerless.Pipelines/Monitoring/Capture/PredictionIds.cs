using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>
/// The ids of the predictions of one request. An id is a signed token of 58 characters that carries what feedback needs: model version, window, request, row,
/// predicted class and score. So ground truth can be joined without a store of predictions, and nobody can make up a prediction.
/// </summary>
/// <remarks>
/// Bytes: format, version (4), start of the window in minutes since 1970 (4), its length in seconds (4), request (8), row (4), class (2), score (8), signature (8)
/// over all that by a <see cref="PredictionSigner"/>.
/// </remarks>
internal sealed class PredictionIds
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 58;

    private const byte Format = 1;
    private const int SharedBytes = 21;
    private const int SignedBytes = SharedBytes + 14;
    private const int Bytes = SignedBytes + 8;

    private readonly byte[] shared;
    private readonly PredictionSigner signer;

    private PredictionIds(PredictionSigner signer, byte[] shared)
    {
        this.signer = signer;
        this.shared = shared;
    }

    /// <param name="request">Different for every request.</param>
    public static PredictionIds Create(PredictionSigner signer, int version, MonitoringWindow window, ulong request)
    {
        byte[] shared = new byte[SharedBytes];
        shared[0] = Format;
        BinaryPrimitives.WriteInt32LittleEndian(shared.AsSpan(1), version);
        BinaryPrimitives.WriteUInt32LittleEndian(shared.AsSpan(5), (uint)(window.Start.ToUnixTimeSeconds() / 60));
        BinaryPrimitives.WriteUInt32LittleEndian(shared.AsSpan(9), (uint)window.Length.TotalSeconds);
        BinaryPrimitives.WriteUInt64LittleEndian(shared.AsSpan(13), request);
        return new PredictionIds(signer, shared);
    }

    /// <summary>Writes the id of a row.</summary>
    /// <param name="predicted">Index of the predicted class; 0 for a regression.</param>
    /// <param name="score">Probability of the positive class (binary) or of the predicted one, or the value.</param>
    /// <param name="ascii">At least <see cref="Length"/> bytes.</param>
    public void Write(int row, int predicted, double score, Span<byte> ascii)
    {
        Span<byte> token = stackalloc byte[Bytes];
        shared.CopyTo(token);
        BinaryPrimitives.WriteInt32LittleEndian(token[SharedBytes..], row);
        BinaryPrimitives.WriteUInt16LittleEndian(token[(SharedBytes + 4)..], (ushort)predicted);
        BinaryPrimitives.WriteDoubleLittleEndian(token[(SharedBytes + 6)..], score);
        BinaryPrimitives.WriteUInt64LittleEndian(token[SignedBytes..], signer.Sign(token[..SignedBytes]));
        Base64Url.EncodeToUtf8(token, ascii);
    }

    /// <summary>What <see cref="PredictionId.Key"/> says of a row's id.</summary>
    public string KeyOf(int row)
    {
        Span<byte> key = stackalloc byte[12];
        shared.AsSpan(13, 8).CopyTo(key);
        BinaryPrimitives.WriteInt32LittleEndian(key[8..], row);
        return Convert.ToHexStringLower(key);
    }

    /// <summary>A number of a row that no other has: the request's, with the row's spread over it.</summary>
    public ulong NumberOf(int row) => BinaryPrimitives.ReadUInt64LittleEndian(shared.AsSpan(13)) ^ ((ulong)(uint)row * 0xD1342543DE82EF95);

    /// <summary>Reads an id that this app has given for the signer's model.</summary>
    /// <returns>Null for anything else.</returns>
    public static PredictionId? Parse(PredictionSigner signer, string text)
    {
        Span<byte> token = stackalloc byte[Bytes + 1];
        Span<char> again = stackalloc char[Length];
        if (text.Length != Length || Base64Url.DecodeFromChars(text, token, out _, out int length) != OperationStatus.Done || length != Bytes || token[0] != Format)
            return null;

        // Some bits of the last character say nothing; there is one way to write an id all the same.
        if (!Base64Url.TryEncodeToChars(token[..Bytes], again, out _) || !text.AsSpan().SequenceEqual(again))
            return null;
        if (BinaryPrimitives.ReadUInt64LittleEndian(token[SignedBytes..]) != signer.Sign(token[..SignedBytes]))
            return null;
        var start = DateTimeOffset.FromUnixTimeSeconds(60L * BinaryPrimitives.ReadUInt32LittleEndian(token[5..]));
        return new PredictionId(
            BinaryPrimitives.ReadInt32LittleEndian(token[1..]),
            new MonitoringWindow(start, TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32LittleEndian(token[9..]))),
            Convert.ToHexStringLower(token.Slice(13, 12)),
            BinaryPrimitives.ReadUInt16LittleEndian(token[(SharedBytes + 4)..]),
            BinaryPrimitives.ReadDoubleLittleEndian(token[(SharedBytes + 6)..]));
    }
}
