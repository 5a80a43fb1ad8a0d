using MlServerless.Worker.Build;

// Called by MlServerless.Worker.targets; the arguments are its business.
return GenerateFunctions.Run(args, Console.Out);
