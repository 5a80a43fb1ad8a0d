using System.Buffers.Binary;
using System.Numerics;

namespace MlServerless.DevHost.Journaling;

/// <summary>
/// An append-only file of records, each framed by its length and a CRC-32C, that is on the disk when <see cref="Append"/>
/// returns. A record that a crash left incomplete at the end is dropped when the file is opened.
/// </summary>
/// <remarks>Frame: length (4 bytes, little endian), CRC-32C of length and payload (4 bytes), payload.</remarks>
internal sealed class JournalFile : IDisposable
{
    private const int FrameHeader = 8;
    private const int MaxRecord = 1 << 30;
    private static ReadOnlySpan<byte> Magic => "MLSJRNL1"u8;

    private readonly string _path;
    private FileStream _stream;

    private JournalFile(string path, FileStream stream)
    {
        _path = path;
        _stream = stream;
    }

    public long Length => _stream.Length;

    /// <summary>Opens or creates the file and hands each of its records to <paramref name="read"/>.</summary>
    /// <param name="warn">Told when a damaged end was cut off.</param>
    /// <exception cref="InvalidDataException">The file is no journal.</exception>
    public static JournalFile Open(string path, Action<byte[]> read, Action<string> warn)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(path + ".new");
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 1);
        try
        {
            var whole = Read(stream, path, read);
            if (whole < stream.Length)
                CutOff(stream, path, whole, warn);
            if (whole == 0)
            {
                stream.Position = 0;
                stream.Write(Magic);
                stream.Flush(flushToDisk: true);
            }

            stream.Position = stream.Length;
            return new(path, stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds records and waits until the disk has them.</summary>
    public void Append(IReadOnlyList<byte[]> records)
    {
        Write(_stream, records);
        _stream.Flush(flushToDisk: true);
    }

    /// <summary>Replaces the whole content by <paramref name="records"/>; a crash leaves either the old or the new content.</summary>
    public void Rewrite(IEnumerable<byte[]> records)
    {
        var path = _path + ".new";
        var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, bufferSize: 1);
        try
        {
            stream.Write(Magic);
            foreach (var chunk in records.Chunk(256))
                Write(stream, chunk);
            stream.Flush(flushToDisk: true);
            File.Move(path, _path, overwrite: true);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        _stream.Dispose();
        _stream = stream;
    }

    public void Dispose() => _stream.Dispose();

    private static void Write(FileStream stream, IReadOnlyList<byte[]> records)
    {
        var buffer = new byte[records.Sum(r => (long)r.Length + FrameHeader)];
        var at = 0;
        foreach (var record in records)
        {
            var frame = buffer.AsSpan(at);
            BinaryPrimitives.WriteInt32LittleEndian(frame, record.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Checksum(record));
            record.CopyTo(frame[FrameHeader..]);
            at += FrameHeader + record.Length;
        }

        stream.Write(buffer);
    }

    /// <summary>Reads the records that are whole.</summary>
    /// <returns>Where they end; 0 when not even the file's head is there.</returns>
    private static long Read(FileStream stream, string path, Action<byte[]> read)
    {
        using var reader = new BinaryReader(new BufferedStream(stream, 1 << 16), System.Text.Encoding.UTF8, leaveOpen: true);
        var magic = reader.ReadBytes(Magic.Length);
        if (!Magic.StartsWith(magic))
            throw new InvalidDataException($"{path} is not a journal of the DevHost. Move it away to begin anew.");
        if (magic.Length < Magic.Length)
            return 0;
        long whole = Magic.Length;
        while (true)
        {
            var head = reader.ReadBytes(FrameHeader);
            if (head.Length < FrameHeader)
                return whole;
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length is < 0 or > MaxRecord || length > stream.Length - whole - FrameHeader)
                return whole;
            var record = reader.ReadBytes(length);
            if (record.Length < length || Checksum(record) != BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)))
                return whole;
            read(record);
            whole += FrameHeader + length;
        }
    }

    private static void CutOff(FileStream stream, string path, long whole, Action<string> warn)
    {
        var lost = stream.Length - whole;
        // What was never acknowledged may be lost; what a failing disk damaged should at least be kept for inspection.
        var copy = $"{path}.damaged";
        using (var damaged = new FileStream(copy, FileMode.Create, FileAccess.Write))
        {
            stream.Position = whole;
            stream.CopyTo(damaged);
        }

        stream.SetLength(whole);
        stream.Flush(flushToDisk: true);
        warn($"The journal {path} ended in an incomplete record: {lost} bytes after offset {whole} were dropped (a copy is in {copy}).");
    }

    private static uint Checksum(ReadOnlySpan<byte> record)
    {
        var crc = BitOperations.Crc32C(uint.MaxValue, (uint)record.Length);
        while (record.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(record));
            record = record[sizeof(ulong)..];
        }

        foreach (var b in record)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }
}
