using System.Text;
using MlServerless.Data;
using MlServerless.Pipelines.Catalog;
using MlServerless.Pipelines.Runs;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Catalog;

public sealed class DataWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static DataVersionRecord Upload(double day, string? file = null, string? bytes = null, DataCheckRecord? check = null)
    {
        DateTimeOffset at = Start.AddDays(day);
        string blob = "p/" + (file ?? FormattableString.Invariant($"{day}.csv"));
        return new DataVersionRecord
        {
            Id = Id(bytes ?? blob),
            Order = DataOrder.Of(at, blob, "0x1"),
            Source = new RunSource { Blob = blob, Url = new Uri("https://storage.example/" + blob), ETag = "0x1", LastModified = at },
            RunId = "t-1",
            Bytes = 1,
            Parts = 1,
            Check = check ?? Check(),
        };
    }

    private static ContentHash Id(string bytes) => ContentHash.Of(Encoding.UTF8.GetBytes(bytes));

    private static DataCheckRecord Check(bool blocking = false, bool lacksOnlyRows = false) => new()
    {
        DataVersion = default,
        RunId = "t-1",
        SpecHash = default,
        ReportHash = default,
        Blocking = blocking,
        LacksOnlyRows = lacksOnlyRows,
        Rows = 10,
        RejectedRows = 0,
    };

    private static async Task<IEnumerable<double>> DaysAsync(WindowSpec window, params DataVersionRecord[] oldestFirst)
    {
        IReadOnlyList<DataVersionRecord> members = await DataWindow.ChooseAsync(window, oldestFirst[^1], oldestFirst[..^1].Reverse().ToAsyncEnumerable(), CancellationToken.None);
        return members.Select(member => (DataOrder.TimeOf(member.Order) - Start).TotalDays);
    }

    private static readonly WindowSpec All = new(WindowKind.All);

    private static WindowSpec Last(int days) => new(WindowKind.LastDays, days);

    [Fact]
    public async Task ChooseAsync_Latest_IsTheUploadAlone() => Assert.Equal([1], await DaysAsync(WindowSpec.Latest, Upload(0), Upload(1)));

    [Fact]
    public async Task ChooseAsync_All_IsEveryUploadOldestFirst() => Assert.Equal([0, 1, 400], await DaysAsync(All, Upload(0), Upload(1), Upload(400)));

    [Fact]
    public async Task ChooseAsync_LastDays_CountsFromTheNewestUploadAndHoldsThatManyDailyOnes()
    {
        DataVersionRecord[] daily = [.. Enumerable.Range(0, 10).Select(day => Upload(day))];
        Assert.Equal([9], await DaysAsync(Last(1), daily));
        Assert.Equal([7, 8, 9], await DaysAsync(Last(3), daily));
        Assert.Equal([7.5, 10], await DaysAsync(Last(3), Upload(7), Upload(7.5), Upload(10)));
    }

    [Fact]
    public async Task ChooseAsync_RejectedAndUncheckedUploads_NeverEnter()
    {
        DataVersionRecord uncheckedUpload = Upload(2) with { Check = null };
        Assert.Equal([0, 3], await DaysAsync(All, Upload(0), Upload(1, check: Check(blocking: true)), uncheckedUpload, Upload(3)));
    }

    [Fact]
    public async Task ChooseAsync_UploadThatOnlyLackedRows_Enters() =>
        Assert.Equal([0, 1], await DaysAsync(All, Upload(0, check: Check(blocking: true, lacksOnlyRows: true)), Upload(1)));

    [Fact]
    public async Task ChooseAsync_FileUploadedAgain_IsReplaced() =>
        Assert.Equal([1, 2, 3], await DaysAsync(All, Upload(0, "a.csv", "first"), Upload(1), Upload(2, "a.csv", "second"), Upload(3)));

    [Fact]
    public async Task ChooseAsync_FileUploadedAgainAndRefused_KeepsTheOneThatPassed() =>
        Assert.Equal([0, 3], await DaysAsync(All, Upload(0, "a.csv", "first"), Upload(2, "a.csv", "second", Check(blocking: true)), Upload(3)));

    [Fact]
    public async Task ChooseAsync_SameBytesTwice_EnterOnce() =>
        Assert.Equal([1, 2], await DaysAsync(All, Upload(0, bytes: "same"), Upload(1, bytes: "same"), Upload(2)));

    [Fact]
    public async Task ChooseAsync_RemovedAndReplacedVersions_DoNotEnter()
    {
        DataVersionRecord removed = Upload(0) with { Removed = new DataRemoval(DataRemoval.ByRetention, Start) };
        DataVersionRecord erased = Upload(1, bytes: "erased");
        DataVersionRecord replacing = Upload(2) with { Replaces = [erased.Id] };
        Assert.Equal([2, 3], await DaysAsync(All, removed, erased, replacing, Upload(3)));
    }
}
