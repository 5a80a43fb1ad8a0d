using System.Text;
using MlServerless.Pipelines.Monitoring;
using MlServerless.Pipelines.Monitoring.Capture;

namespace MlServerless.Pipelines.Tests.Monitoring.Capture;

public sealed class PredictionIdsTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly PredictionSigner Signer = new(Key, "churn");
    private static readonly MonitoringWindow Window = new(new DateTimeOffset(2026, 3, 1, 13, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1));

    private static string Id(int row = 5, double score = 0.25)
    {
        byte[] ascii = new byte[PredictionIds.Length];
        PredictionIds.Create(Signer, 7, Window, 99).Write(row, 1, score, ascii);
        return Encoding.ASCII.GetString(ascii);
    }

    [Fact]
    public void Parse_OfWhatWasWritten_TellsIt()
    {
        PredictionId id = PredictionIds.Parse(Signer, Id())!;
        Assert.Equal((7, Window, 1, 0.25), (id.Version, id.Window, id.Predicted, id.Score));
        Assert.Equal(id.Key, PredictionIds.Parse(Signer, Id(score: 0.5))!.Key);
        Assert.NotEqual(id.Key, PredictionIds.Parse(Signer, Id(row: 6))!.Key);
    }

    [Fact]
    public void Parse_AnyCharacterChanged_IsRefused()
    {
        string id = Id();
        for (int i = 0; i < id.Length; i++)
        {
            foreach (char other in "Az0_")
            {
                if (other != id[i])
                    Assert.Null(PredictionIds.Parse(Signer, id[..i] + other + id[(i + 1)..]));
            }
        }
    }

    [Fact]
    public void Parse_OfAnotherModelOrKeyOrLength_IsRefused()
    {
        Assert.Null(PredictionIds.Parse(new PredictionSigner(Key, "prices"), Id()));
        Assert.Null(PredictionIds.Parse(new PredictionSigner([.. Key.Reverse()], "churn"), Id()));
        Assert.Null(PredictionIds.Parse(Signer, Id()[1..]));
        Assert.Null(PredictionIds.Parse(Signer, ""));
        Assert.Null(PredictionIds.Parse(Signer, new string('é', PredictionIds.Length)));
    }

    [Fact]
    public void SipHash_OfThePublishedVector_IsItsTag()
    {
        // Appendix A of the paper: key 00 01 … 0f, message 00 01 … 0e.
        byte[] message = [.. Enumerable.Range(0, 15).Select(i => (byte)i)];
        Assert.Equal(0xa129ca6149be45e5, SipHash.Compute(0x0706050403020100, 0x0f0e0d0c0b0a0908, message));
    }
}
