using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using MlServerless.Soak;
using MlServerless.Soak.Fuzz;

namespace MlServerless.Functions.Tests.Security;

/// <summary>The limit on the body of every route that takes one, at it and past it.</summary>
public sealed partial class BodyLimitTests
{
    [Fact]
    public async Task EveryRoute_AtItsLimit_IsRead_AndOneByteMore_Is413()
    {
        await using FuzzedApp app = await FuzzedApp.StartAsync();
        foreach (HttpRoute route in HttpRoute.All.Where(route => route.Trigger.Methods.Any(method => method != "get")))
        {
            Assert.InRange(route.Trigger.MaxBodyBytes, 1, 48 << 20);
            int limit = (int)route.Trigger.MaxBodyBytes;
            Assert.NotEqual(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(app, route, limit, chunked: false));
            Assert.NotEqual(HttpStatusCode.RequestEntityTooLarge, await StatusAsync(app, route, limit, chunked: true));

            // Without a length beforehand, it shows only when that much has come.
            HttpStatusCode past = await StatusAsync(app, route, limit + 1, chunked: true);

            // A run that has not ended cannot be verified, whatever the body says.
            Assert.True(past == HttpStatusCode.RequestEntityTooLarge || (route.Name == "VerifyRun" && past == HttpStatusCode.Conflict), $"{route.Name} answered {past} past its limit");
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(FuzzedApp app, HttpRoute route, int bytes, bool chunked)
    {
        string method = route.Trigger.Methods.First(method => method != "get").ToUpperInvariant();
        using var request = new HttpRequestMessage(new HttpMethod(method), Hole().Replace("/" + route.Trigger.Route, Existing)) { Content = new StreamContent(new Blanks(bytes)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (chunked)
            request.Headers.TransferEncodingChunked = true;
        else
            request.Content.Headers.ContentLength = bytes;
        using HttpResponseMessage response = await app.Client.SendAsync(request);
        Assert.True((int)response.StatusCode < 500, $"{method} {route.Trigger.Route} answered {(int)response.StatusCode}");
        return response.StatusCode;
    }

    /// <summary>What is there, so that the body is read before anything is refused.</summary>
    private static string Existing(Match hole) => hole.Value switch { "{id}" => SampleModel.Run, "{version}" => "1", "{alias}" => "champion", _ => SampleModel.Name };

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Hole();

    /// <summary>So many spaces.</summary>
    private sealed class Blanks(int length) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => at;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int given = Math.Min(count, length - at);
            buffer.AsSpan(offset, given).Fill((byte)' ');
            at += given;
            return given;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
