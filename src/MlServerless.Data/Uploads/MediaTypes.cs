namespace MlServerless.Data;

/// <summary>What kind of content a file holds.</summary>
public static class MediaTypes
{
    /// <summary>The type of what is not known.</summary>
    public const string Unknown = "application/octet-stream";

    private const string Zip = "application/zip";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".aac"] = "audio/aac",
        [".avi"] = "video/x-msvideo",
        [".avif"] = "image/avif",
        [".bmp"] = "image/bmp",
        [".csv"] = "text/csv",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".flac"] = "audio/flac",
        [".gif"] = "image/gif",
        [".gz"] = "application/gzip",
        [".h5"] = "application/x-hdf5",
        [".heic"] = "image/heic",
        [".htm"] = "text/html",
        [".html"] = "text/html",
        [".jpeg"] = "image/jpeg",
        [".jpg"] = "image/jpeg",
        [".json"] = "application/json",
        [".jsonl"] = "application/x-ndjson",
        [".m4a"] = "audio/mp4",
        [".md"] = "text/markdown",
        [".mkv"] = "video/x-matroska",
        [".mov"] = "video/quicktime",
        [".mp3"] = "audio/mpeg",
        [".mp4"] = "video/mp4",
        [".ndjson"] = "application/x-ndjson",
        [".npy"] = "application/x-npy",
        [".ogg"] = "audio/ogg",
        [".opus"] = "audio/ogg",
        [".parquet"] = "application/vnd.apache.parquet",
        [".pdf"] = "application/pdf",
        [".png"] = "image/png",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".svg"] = "image/svg+xml",
        [".tar"] = "application/x-tar",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".tsv"] = "text/tab-separated-values",
        [".txt"] = "text/plain",
        [".wav"] = "audio/wav",
        [".webm"] = "video/webm",
        [".webp"] = "image/webp",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".xml"] = "application/xml",
        [".zip"] = Zip,
    };

    /// <summary>What the first bytes of a file say it is; null where they say nothing, as those of text.</summary>
    /// <param name="head">The first 512 bytes are enough.</param>
    public static string? OfSignature(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return "image/png";
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return "image/jpeg";
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return "image/gif";
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8))
            return "image/tiff";
        if (head.StartsWith("%PDF-"u8))
            return "application/pdf";
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
            return Zip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "application/gzip";
        if (head.StartsWith("PAR1"u8))
            return "application/vnd.apache.parquet";
        if (head.StartsWith("fLaC"u8))
            return "audio/flac";
        if (head.StartsWith("OggS\0"u8))
            return "audio/ogg";
        if (head.Length > 3 && ((head.StartsWith("ID3"u8) && head[3] < 0x10) || (head[0] == 0xFF && head[1] is 0xFB or 0xF3 or 0xF2)))
            return "audio/mpeg";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return "video/x-matroska";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A]))
            return "application/x-hdf5";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return "application/x-npy";
        if (head.Length > 262 && head[257..].StartsWith("ustar"u8))
            return "application/x-tar";
        return head.Length < 12 ? null : OfContainer(head);
    }

    /// <summary>The media type of a file: as its first bytes say, or else its name; <see cref="Unknown"/> where neither does.</summary>
    /// <param name="head">The first 512 bytes are enough.</param>
    /// <param name="fileName">With or without folders.</param>
    public static string Of(ReadOnlySpan<byte> head, string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string? named = ByExtension.GetValueOrDefault(Path.GetExtension(fileName));
        return OfSignature(head) switch
        {
            // Office documents are zip archives, and WebM is Matroska.
            Zip => named is not null && named.StartsWith("application/vnd.openxmlformats", StringComparison.Ordinal) ? named : Zip,
            "video/x-matroska" => named == "video/webm" ? named : "video/x-matroska",
            { } signature => signature,
            null => named ?? Unknown,
        };
    }

    private static string? OfContainer(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("RIFF"u8))
        {
            ReadOnlySpan<byte> form = head[8..12];
            return form.SequenceEqual("WEBP"u8) ? "image/webp" : form.SequenceEqual("WAVE"u8) ? "audio/wav" : form.SequenceEqual("AVI "u8) ? "video/x-msvideo" : null;
        }

        if (!head[4..8].SequenceEqual("ftyp"u8) || head[0] != 0)
            return null;
        ReadOnlySpan<byte> brand = head[8..12];
        if (brand.StartsWith("avi"u8))
            return "image/avif";
        if (brand.StartsWith("hei"u8) || brand.StartsWith("mif"u8))
            return "image/heic";
        if (brand.StartsWith("M4A"u8))
            return "audio/mp4";
        return brand.StartsWith("qt"u8) ? "video/quicktime" : "video/mp4";
    }
}
