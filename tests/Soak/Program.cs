using MlServerless.Soak;
using MlServerless.Soak.Drift;
using MlServerless.Soak.Faults;
using MlServerless.Soak.Fuzz;
using MlServerless.Soak.Load;
using MlServerless.Soak.Serving;

ISoak[] soaks = [new DriftSoak(), new FaultSoak(), new FuzzSoak(), new LoadSoak(), new ServingSoak()];
if (args is [var name, ..] && soaks.FirstOrDefault(soak => soak.Name == name) is { } chosen)
    return await chosen.RunAsync(args[1..]) ? 0 : 1;
Console.WriteLine("dotnet run -c Release --project tests/Soak -- <test>\n");
foreach (ISoak soak in soaks)
    Console.WriteLine($"  {soak.Name,-10} {soak.Summary}");
return args is [] or ["--help" or "-h"] ? 0 : 2;
