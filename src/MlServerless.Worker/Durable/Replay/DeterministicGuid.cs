using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Worker.Durable.Replay;

/// <summary>UUIDs of version 5 (RFC 9562, 5.5).</summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Of(string instanceId, DateTime time, int counter)
        => Version5(Namespace, $"{instanceId}_{time.ToString("o", CultureInfo.InvariantCulture)}_{counter.ToString(CultureInfo.InvariantCulture)}");

    internal static Guid Version5(Guid space, string name)
    {
        var length = Encoding.UTF8.GetByteCount(name);
        var input = new byte[16 + length];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // SHA-1 is what version 5 is defined by; nothing is secured with it.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
