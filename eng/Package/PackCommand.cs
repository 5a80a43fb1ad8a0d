using System.Diagnostics;
using System.Globalization;

namespace MlServerless.Package;

/// <summary>Publishes the app and packs it.</summary>
internal static class PackCommand
{
    /// <summary>Set by azd from the environment's values: with it, the platform authenticates and no keys are asked for.</summary>
    private const string AuthenticationVariable = "AUTH_CLIENT_ID";

    public static async Task<int> RunAsync(string zip, string[] options)
    {
        bool keyless = !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(AuthenticationVariable));
        string? folder = null;
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i] == "--keyless")
            {
                keyless = true;
            }
            else if (options[i] == "--folder" && i + 1 < options.Length)
            {
                folder = options[++i];
            }
            else
            {
                await Console.Error.WriteLineAsync($"'{options[i]}' is no option of pack.");
                return 2;
            }
        }

        if (folder is null)
        {
            folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(zip))!, "publish");
            if (await PublishAsync(folder) is var code and not 0)
                return code;
        }

        byte[] bytes = AppPackage.Pack(folder, keyless);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(zip))!);
        await File.WriteAllBytesAsync(zip, bytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{zip}: {bytes.Length / 1e6:F1} MB{(keyless ? ", without function keys" : "")}"));
        return 0;
    }

    private static async Task<int> PublishAsync(string folder)
    {
        // What an earlier publish left would be packed, too.
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        string project = Path.Combine(Repository.Root, "src", "MlServerless.Functions");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder, "-v", "quiet", "--nologo"]))!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
