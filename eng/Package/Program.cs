using MlServerless.Package;

return args switch
{
    ["pack", var zip, .. var options] => await PackCommand.RunAsync(zip, options),
    ["sbom", var file] => SbomCommand.Run(file),
    ["measure", var zip] => await MeasureCommand.RunAsync(zip),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage: pack ZIP [--folder PUBLISHED] [--keyless]   publishes the app and packs it; --keyless: for built-in authentication, without function keys
               sbom FILE                                   writes what the app is made of, as CycloneDX
               measure ZIP                                 unpacks it and prints its size and how long a start takes
        """);
    return 2;
}
