using System.Runtime.ExceptionServices;

namespace MlServerless.Learning.Numerics;

/// <summary>
/// Runs numbered pieces of work on a bounded number of threads, the caller's among them. Which thread runs which piece is left
/// to chance, so pieces must write to places of their own; what they write is combined in the order of their numbers.
/// </summary>
/// <param name="threads">Threads at most; one runs everything on the caller's.</param>
internal sealed class WorkTeam(int threads)
{
    public int Threads { get; } = Math.Max(1, threads);

    /// <summary>Runs <paramref name="body"/> for 0 … count−1 and returns when all have ended; the first exception is rethrown.</summary>
    public void Run(int count, Action<int> body)
    {
        int helpers = Math.Min(Threads, count) - 1;
        if (helpers <= 0)
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }
        using var job = new Job(count, body);
        for (int i = 0; i < helpers; i++)
            ThreadPool.UnsafeQueueUserWorkItem(job, preferLocal: false);
        job.Execute();
        job.Join();
    }

    /// <summary>Cuts 0 … length−1 into blocks of <paramref name="blockLength"/> and runs the body for each with (block, start, end).</summary>
    public void RunBlocks(int length, int blockLength, Action<int, int, int> body) =>
        Run(BlockCount(length, blockLength), block =>
            body(block, block * blockLength, (int)Math.Min(length, (block + 1L) * blockLength)));

    public static int BlockCount(int length, int blockLength) => (int)(((long)length + blockLength - 1) / blockLength);

    private sealed class Job(int count, Action<int> body) : IThreadPoolWorkItem, IDisposable
    {
        private readonly ManualResetEventSlim ended = new(false);
        private int taken;
        private int done;
        private ExceptionDispatchInfo? failure;

        public void Execute()
        {
            int piece;
            while ((piece = Interlocked.Increment(ref taken) - 1) < count)
            {
                try
                {
                    if (Volatile.Read(ref failure) is null)
                        body(piece);
                }
#pragma warning disable CA1031 // carried to the caller of Run
                catch (Exception e)
#pragma warning restore CA1031
                {
                    Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(e), null);
                }
                if (Interlocked.Increment(ref done) == count)
                    ended.Set();
            }
        }

        public void Join()
        {
            ended.Wait();
            failure?.Throw();
        }

        // Nobody sets the event a second time, so helpers that come late never touch it.
        public void Dispose() => ended.Dispose();
    }
}
