using MlServerless.Worker.Definitions;

namespace MlServerless.Worker.Tests.Definitions;

public sealed class FunctionSetTests
{
    [Theory]
    [InlineData(typeof(WrongFunctions.BadName), "has a name that the host refuses")]
    [InlineData(typeof(WrongFunctions.NoTrigger), "has 0 parameters with a trigger attribute")]
    [InlineData(typeof(WrongFunctions.TwoTriggers), "has 2 parameters with a trigger attribute")]
    [InlineData(typeof(WrongFunctions.StreamInput), "'Stream input' that cannot be bound")]
    [InlineData(typeof(WrongFunctions.ByRefInput), "'Int32& input' that cannot be bound")]
    [InlineData(typeof(WrongFunctions.UnknownExtra), "'Uri other' that cannot be bound. A queue function takes")]
    [InlineData(typeof(WrongFunctions.OrchestratorWithExtra), "An orchestrator takes TaskOrchestrationContext and nothing else")]
    [InlineData(typeof(WrongFunctions.OrchestratorWithoutTask), "An orchestrator returns Task or Task<T>")]
    [InlineData(typeof(WrongFunctions.HttpWithoutResult), "An HTTP function returns IResult")]
    [InlineData(typeof(WrongFunctions.HttpWithStrangeString), "'String name' that cannot be bound")]
    [InlineData(typeof(WrongFunctions.QueueWithResult), "returns 'String', which it cannot")]
    [InlineData(typeof(WrongFunctions.AsyncVoid), "the end of an 'async void' method cannot be awaited")]
    [InlineData(typeof(WrongFunctions.BadSchedule), "NCRONTAB with six fields")]
    [InlineData(typeof(WrongFunctions.AdminRoute), "which the host keeps for itself")]
    [InlineData(typeof(WrongFunctions.StaticMethod), "must be a public instance method")]
    public void Read_BrokenRule_IsOneErrorThatNamesThePlace(Type type, string message)
    {
        var error = Assert.Single(FunctionSet.Read([type], "").Errors);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Contains(type.FullName!, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NamesThatDifferByCase_Clash()
    {
        var error = Assert.Single(FunctionSet.Read([typeof(WrongFunctions.SameNameA), typeof(WrongFunctions.SameNameB)], "").Errors);
        Assert.Contains("is used more than once", error, StringComparison.Ordinal);
        Assert.Contains("SameNameA.Run", error, StringComparison.Ordinal);
        Assert.Contains("SameNameB.Run", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(WrongFunctions.RouteOfActivity), "", 1)]
    [InlineData(typeof(WrongFunctions.RouteOfActivity), "api", 0)]
    [InlineData(typeof(WrongFunctions.RouteThatCanMatchActivity), "", 1)]
    [InlineData(typeof(WrongFunctions.RouteThatCanMatchActivity), "api", 0)]
    [InlineData(typeof(WrongFunctions.GetRouteThatCanMatchActivity), "", 0)]
    public void Read_RouteThatReachesAnotherKindOfFunction_IsAnError(Type type, string prefix, int errors)
        => Assert.Equal(errors, FunctionSet.Read([typeof(WrongFunctions.SameNameA), type], prefix).Errors.Count(e => e.Contains("callers could invoke it", StringComparison.Ordinal)));

    [Fact]
    public void Read_RoutesThatMatchTheSamePath_ClashWhereTheyShareAMethod()
    {
        var error = Assert.Single(FunctionSet.Read([typeof(WrongFunctions.SameRouteA), typeof(WrongFunctions.SameRouteB)], "").Errors);
        Assert.Contains("'RouteA' and 'RouteB'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models/{name}", "Models/{id:int}", true)]
    [InlineData("models/{name:length(1,{{2}})}", "models/{name}", true)]
    [InlineData("models/{name}:predict", "models/{model}:Predict", true)]
    [InlineData("models/{name}:predict", "models/{name}:explain", false)]
    [InlineData("models/{name}:predict", "models/{name}", false)]
    [InlineData("{*rest}", "{rest}", false)]
    public void RouteTemplate_Shape_IsEqualWhereRoutesClash(string one, string other, bool equal)
        => Assert.Equal(equal, new RouteTemplate(one).Shape == new RouteTemplate(other).Shape);

    [Theory]
    [InlineData("{name}", "x", true)]
    [InlineData("x", "X", true)]
    [InlineData("x/{id?}", "x", true)]
    [InlineData("x/{id=1}", "x", true)]
    [InlineData("x/{*rest}", "x", true)]
    [InlineData("{a}/{b}", "x", false)]
    [InlineData("x/y", "x", false)]
    [InlineData("y", "x", false)]
    public void RouteTemplate_CanMatch_OneSegment(string template, string segment, bool expected)
        => Assert.Equal(expected, new RouteTemplate(template).CanMatch(segment));

    [Fact]
    public void RouteTemplate_ParameterNames_AreBare()
        => Assert.Equal(["a", "b", "c", "d"], new RouteTemplate("x/{a}-{b:int}/{c=1}/{*d}").ParameterNames);
}
