using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Pipelines.Monitoring.Capture;

/// <summary>Signs the prediction ids of one model: SipHash-2-4 under a key that HMAC-SHA256 makes from the app's key and the model's name. Made once; signing takes a few nanoseconds.</summary>
internal sealed class PredictionSigner
{
    private readonly ulong key0;
    private readonly ulong key1;

    /// <param name="key">The app's.</param>
    public PredictionSigner(byte[] key, string model)
    {
        Span<byte> derived = stackalloc byte[32];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(model), derived);
        key0 = BinaryPrimitives.ReadUInt64LittleEndian(derived);
        key1 = BinaryPrimitives.ReadUInt64LittleEndian(derived[8..]);
        Model = model;
    }

    public string Model { get; }

    public ulong Sign(ReadOnlySpan<byte> message) => SipHash.Compute(key0, key1, message);
}
