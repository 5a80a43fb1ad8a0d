using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MlServerless.EndToEnd.Support;

/// <summary>A request whose path is sent as it is written; .NET's own client would resolve the dots in it first.</summary>
internal static class RawRequest
{
    /// <returns>Status and the whole answer.</returns>
    public static async Task<(int Status, string Answer)> SendAsync(DevHostAddress host, string method, string path, string body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Url.Host, host.Url.Port);
        await using NetworkStream stream = client.GetStream();
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"{method} {path} HTTP/1.1\r\nHost: {host.Url.Authority}\r\nx-functions-key: {host.HostKey}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.UTF8.GetBytes(head + body));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        string answer = await reader.ReadToEndAsync();
        return (int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture), answer);
    }
}
