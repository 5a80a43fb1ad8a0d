using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace MlServerless.Package;

/// <summary>
/// The zip that is deployed. The same folder gives the same bytes on every operating system: entries in ordinal order, one time stamp, and Unix permissions
/// that say what is a program, also where the file system knows none.
/// </summary>
internal static class AppPackage
{
    private const int RegularFile = 0x8000;
    private const int Program = 0x1ED; // rwxr-xr-x
    private const int Data = 0x1A4; // rw-r--r--
    private const byte MadeByUnix = 3;
    private const uint CentralHeader = 0x02014B50;
    private const uint EndOfCentralDirectory = 0x06054B50;
    private const int EndLength = 22;

    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="folder">A published function app: host.json at its root.</param>
    /// <param name="keyless">Whether protected functions ask for no key, because the platform authenticates.</param>
    public static byte[] Pack(string folder, bool keyless = false)
    {
        if (!File.Exists(Path.Combine(folder, "host.json")))
            throw new InvalidDataException($"{folder} holds no host.json: it is no published function app.");
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).OrderBy(file => NameOf(folder, file), StringComparer.Ordinal))
            {
                byte[] content = File.ReadAllBytes(file);
                if (keyless && Path.GetFileName(file) == "function.json")
                    content = WithoutKey(content);
                ZipArchiveEntry entry = zip.CreateEntry(NameOf(folder, file), CompressionLevel.Optimal);
                entry.LastWriteTime = Time;
                entry.ExternalAttributes = (RegularFile | (IsProgram(file, content) ? Program : Data)) << 16;
                using Stream target = entry.Open();
                target.Write(content);
            }
        }

        byte[] bytes = stream.ToArray();
        SayMadeByUnix(bytes);
        return bytes;
    }

    /// <summary>An ELF file that is no library.</summary>
    internal static bool IsProgram(string file, ReadOnlySpan<byte> content) =>
        content.StartsWith("\u007fELF"u8) && !Path.GetFileName(file).Contains(".so", StringComparison.Ordinal);

    private static string NameOf(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    private static byte[] WithoutKey(byte[] functionJson)
    {
        JsonNode function = JsonNode.Parse(functionJson)!;
        foreach (JsonNode? binding in function["bindings"]!.AsArray())
        {
            if (binding!["authLevel"]?.GetValue<string>() == "function")
                binding["authLevel"] = "anonymous";
        }

        return System.Text.Encoding.UTF8.GetBytes(function.ToJsonString() + "\n");
    }

    /// <summary>Permissions count only in entries that say they were made on Unix; .NET says so only where it runs on Unix.</summary>
    private static void SayMadeByUnix(Span<byte> zip)
    {
        int end = zip.Length - EndLength;
        if (BinaryPrimitives.ReadUInt32LittleEndian(zip[end..]) != EndOfCentralDirectory)
            throw new InvalidDataException("The zip has no end.");
        int count = BinaryPrimitives.ReadUInt16LittleEndian(zip[(end + 10)..]);
        int at = (int)BinaryPrimitives.ReadUInt32LittleEndian(zip[(end + 16)..]);
        for (int i = 0; i < count; i++)
        {
            Span<byte> header = zip[at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != CentralHeader)
                throw new InvalidDataException("The zip's directory is not where it should be.");
            header[5] = MadeByUnix;
            at += 46 + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        }
    }
}
