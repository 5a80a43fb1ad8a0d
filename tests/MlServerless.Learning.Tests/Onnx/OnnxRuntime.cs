using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using MlServerless.Data;
using MlServerless.DevHost.Azurite;
using MlServerless.Learning.Onnx;

namespace MlServerless.Learning.Tests.Onnx;

/// <summary>ONNX Runtime in a Node.js process, installed by npm into the cache that the storage emulator shares.</summary>
internal static class OnnxRuntime
{
    private static readonly string Source = Path.Combine(AppContext.BaseDirectory, "Onnx", "Runtime");
    private static readonly NodePackage Package = new(
        Source, "onnxruntime", "ONNX Runtime, which exported models are tested against,", Path.Combine("onnxruntime-node", "dist", "index.js"));

    private static readonly TimeSpan RunTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Scores a table with the exported model.</summary>
    public static async Task<OnnxAnswer> ScoreAsync(byte[] model, ModelSignature signature, Table table, OnnxNumbers numbers = OnnxNumbers.Float)
    {
        var feeds = new JsonObject();
        foreach (SignatureField field in signature.Inputs)
            feeds[field.Name] = Feed(field, table, numbers);
        var request = new JsonObject { ["model"] = Convert.ToBase64String(model), ["feeds"] = feeds };
        await NodeRuntime.RequireAsync(CancellationToken.None);
        string main = await Package.EnsureAsync(null, CancellationToken.None);
        using Process process = NodeRuntime.Start(new ProcessStartInfo("node", [Path.Combine(Source, "score.cjs"), main])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        using var limit = new CancellationTokenSource(RunTimeout);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(request.ToJsonString().AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, await errors);
            return OnnxAnswer.Parse(await output);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static JsonObject Feed(SignatureField field, Table table, OnnxNumbers numbers)
    {
        var values = new JsonArray();
        Column? column = table.Find(field.Name);
        for (int row = 0; row < table.RowCount; row++)
            values.Add(column switch
            {
                CategoryColumn categories => JsonValue.Create(categories.Codes[row] < 0 ? "" : categories.Vocabulary[categories.Codes[row]]),
                NumericColumn number when double.IsFinite(number.Values[row]) => JsonValue.Create(number.Values[row]),
                null when field.Type == ColumnType.Category => JsonValue.Create(""),
                _ => null,
            });
        bool isFloat = field.Type != ColumnType.DateTime && numbers == OnnxNumbers.Float;
        return new JsonObject { ["type"] = field.Type == ColumnType.Category ? "string" : isFloat ? "float32" : "float64", ["values"] = values };
    }
}
