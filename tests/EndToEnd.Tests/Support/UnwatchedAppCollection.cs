namespace MlServerless.EndToEnd.Support;

[CollectionDefinition(Name)]
public sealed class UnwatchedAppCollection : ICollectionFixture<UnwatchedApp>
{
    public const string Name = "unwatched app";
}
