using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MlServerless.EndToEnd.Support;

/// <summary>Takes spans as a collector of OpenTelemetry does: OTLP over HTTP, in protobuf.</summary>
internal sealed class SpanCollector : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly Task serving;

    public SpanCollector()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Endpoint.AbsoluteUri);
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Endpoint { get; }

    public IReadOnlyCollection<Span> Spans => spans;

    public void Dispose()
    {
        listener.Close();
        serving.Wait(TimeSpan.FromSeconds(5));
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext call;
            try
            {
                call = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var body = new MemoryStream();
            await call.Request.InputStream.CopyToAsync(body);
            if (call.Request.Url!.AbsolutePath == "/v1/traces")
            {
                // ExportTraceServiceRequest.resource_spans.scope_spans.spans (opentelemetry/proto/trace/v1/trace.proto).
                foreach (byte[] span in Fields(body.ToArray(), 1).SelectMany(resource => Fields(resource, 2)).SelectMany(scope => Fields(scope, 2)))
                    spans.Enqueue(new Span(span));
            }

            call.Response.ContentType = "application/x-protobuf";
            call.Response.Close();
        }
    }

    /// <summary>The values of a field that are delimited by their length: strings, bytes and messages.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        for (int at = 0; at < message.Length;)
        {
            ulong tag = Varint(ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(ref at);
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    int length = (int)Varint(ref at);
                    if (tag >> 3 == (ulong)number)
                        found.Add(message[at..(at + length)]);
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return found;

        ulong Varint(ref int at)
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte part = message[at++];
                value |= (ulong)(part & 0x7F) << shift;
                if (part < 0x80)
                    return value;
            }
        }
    }

    /// <summary>A span.</summary>
    internal sealed class Span(byte[] message)
    {
        public string TraceId { get; } = Convert.ToHexStringLower(Fields(message, 1).Single());

        /// <summary>Empty for the first of a trace.</summary>
        public string ParentId { get; } = Fields(message, 4) is [var parent] ? Convert.ToHexStringLower(parent) : "";

        public string Name { get; } = System.Text.Encoding.UTF8.GetString(Fields(message, 5).Single());

        /// <summary>Those that are strings.</summary>
        public IReadOnlyDictionary<string, string> Attributes { get; } = Fields(message, 9)
            .Select(attribute => (Key: Fields(attribute, 1).Single(), Text: Fields(Fields(attribute, 2).Single(), 1)))
            .Where(attribute => attribute.Text.Count == 1)
            .ToDictionary(attribute => System.Text.Encoding.UTF8.GetString(attribute.Key), attribute => System.Text.Encoding.UTF8.GetString(attribute.Text[0]));
    }
}
