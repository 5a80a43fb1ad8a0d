
namespace MlServerless.DevHost.Tests;

/// <summary>Runs of properties that are the same every time.</summary>
internal static class FsCheckConfig
{
    public static FsCheck.Configuration Fixed(int tests)
    {
        var configuration = FsCheck.Configuration.QuickThrowOnFailure;
        configuration.MaxNbOfTest = tests;
        configuration.Replay = FsCheck.Random.StdGen.NewStdGen(1234567, 7654321);
        return configuration;
    }
}
