using System.Globalization;
using MlServerless.Data;

namespace MlServerless.Soak.Drift;

/// <summary>How often windows without drift alarm, and windows with drift do not.</summary>
internal sealed class DriftSoak : ISoak
{
    private const double MostFalse = 0.03;
    private const double LeastPower = 0.95;

    public string Name => "drift";

    public string Summary => "2,000 seeded windows of each size without drift, and planted drifts; --windows N for fewer";

    public Task<bool> RunAsync(string[] args)
    {
        int windows = args is ["--windows", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 2000;
        var trial = new DriftVerdictTrial();
        bool good = true;
        Console.WriteLine($"{windows} windows each, seeds 1000 to {999 + windows}, 25 features and the prediction\n");
        Console.WriteLine("without drift                       alerts   rate  upper 95 % bound");
        foreach ((int rows, long minimum) in new (int, long)[] { (50, 500), (50, 30), (500, 500), (5000, 500) })
        {
            AlertRate rate = trial.Run(windows, rows, new DriftOptions { MinimumRows = minimum }, seed => new SeededWindows(seed));
            bool ok = rate.UpperBound <= MostFalse;
            good &= ok;
            Console.WriteLine($"  {rows,5} rows, minimumRows {minimum,4}       {rate.Alerts,5}  {rate.Rate,6:0.00 %}  {rate.UpperBound,6:0.00 %}  {(ok ? "ok" : rate.Rate <= MostFalse ? "TOO FEW WINDOWS TO SAY" : "TOO MANY")}");
        }

        Console.WriteLine("\nplanted, 5000 rows                  found    rate  lower 95 % bound");
        foreach ((string name, Func<ulong, SeededWindows> make) in DriftVerdictTrial.Planted)
        {
            AlertRate rate = trial.Run(windows, 5000, new DriftOptions(), make);
            bool ok = rate.Rate >= LeastPower;
            good &= ok;
            Console.WriteLine($"  {name,-32} {rate.Alerts,6}  {rate.Rate,6:0.0 %}  {rate.LowerBound,6:0.0 %}  {(ok ? "ok" : "TOO FEW")}");
        }

        return Task.FromResult(good);
    }
}
