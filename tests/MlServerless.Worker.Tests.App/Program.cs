using MlServerless.Worker;

return await FunctionsApplication.CreateBuilder(args).Build().RunAsync();
