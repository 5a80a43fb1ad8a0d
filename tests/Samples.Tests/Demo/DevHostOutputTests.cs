using MlServerless.Demo.Hosting;

namespace Samples.Tests.Demo;

public class DevHostOutputTests
{
    private const string Storage = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=abc==;BlobEndpoint=http://127.0.0.1:40001/devstoreaccount1;";

    private static readonly string[] Lines =
    [
        "Publishing src/MlServerless.Functions …",
        "12:00:00.000 info: Host[0] host key rotation: never",
        "Functions of /somewhere/app:",
        "  Predict: [post] http://127.0.0.1:40000/api/models/{name}/predict (function)",
        "Master key: master==",
        "Host key: host-key_1==",
        "System key: system==",
        "Function key Predict: predict==",
        $"Storage (Azurite): {Storage}",
        "DevHost ready: http://127.0.0.1:40000",
    ];

    [Fact]
    public async Task Read_AllLines_IsReadyWithAddressHostKeyAndStorage()
    {
        var output = new DevHostOutput();
        foreach (string line in Lines)
        {
            Assert.False(output.Ready.IsCompleted);
            output.Read(line);
        }
        DevHostAddress address = await output.Ready;
        Assert.Equal(new DevHostAddress(new Uri("http://127.0.0.1:40000/"), "host-key_1==", Storage), address);
    }

    [Fact]
    public void Tail_ManyLines_KeepsTheLast()
    {
        var output = new DevHostOutput();
        for (int i = 0; i < 100; i++)
            output.Read($"line {i}");
        Assert.StartsWith("line 60\n", output.Tail, StringComparison.Ordinal);
        Assert.EndsWith("\nline 99", output.Tail, StringComparison.Ordinal);
    }
}
