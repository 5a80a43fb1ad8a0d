using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlServerless.Pipelines.Registry.Canaries;

namespace MlServerless.Pipelines.Serving.Routing;

/// <summary>Which calls a canary answers: those of a part of the entities, the same ones as long as it bakes. A greater part holds the smaller one.</summary>
public sealed class CanaryRoute
{
    private const int MaxEntityBytes = 1024;

    private readonly byte[] salt;
    private readonly ulong threshold;
    private readonly bool all;

    public CanaryRoute(ServedModel model, CanarySettings settings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(settings);
        Model = model;
        Settings = settings;
        salt = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"canary\n{model.Name}\n{model.Version}\n"));
        all = settings.Percent >= 100;
        threshold = all ? ulong.MaxValue : (ulong)(settings.Percent / 100 * 18_446_744_073_709_551_616.0);
    }

    public ServedModel Model { get; }

    public CanarySettings Settings { get; }

    /// <summary>Whether it answers a call.</summary>
    /// <param name="entity">Whom it is about, as the caller says; null where it does not, then the body tells: the entity's column in its first row, else all of it.</param>
    public bool Takes(string? entity, ReadOnlySpan<byte> body)
    {
        if (all)
            return true;
        if (entity is not null)
            return IsBelow(Encoding.UTF8.GetBytes(entity.Length > MaxEntityBytes ? entity[..MaxEntityBytes] : entity));
        ReadOnlySpan<byte> found = Settings.EntityColumn is { } column ? EntityKey.Find(body, column) : [];
        return found.Length is > 0 and <= MaxEntityBytes ? IsBelow(found) : IsBelow(SHA256.HashData(body));
    }

    private bool IsBelow(ReadOnlySpan<byte> entity)
    {
        Span<byte> text = stackalloc byte[salt.Length + entity.Length];
        salt.CopyTo(text);
        entity.CopyTo(text[salt.Length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash) < threshold;
    }
}
