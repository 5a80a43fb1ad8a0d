using MlServerless.DevHost.TestApp;
using MlServerless.Worker;

var builder = FunctionsApplication.CreateBuilder(args);
builder.Services.AddSingleton<Traces>();
return await builder.Build().RunAsync();
