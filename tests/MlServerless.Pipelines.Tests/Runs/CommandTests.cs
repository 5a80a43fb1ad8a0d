using System.Text.Json;
using MlServerless.Pipelines.Erasure;
using MlServerless.Pipelines.Runs;

namespace MlServerless.Pipelines.Tests.Runs;

public sealed class CommandTests
{
    private const string Id = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"kind":"start"}""")]
    [InlineData("""{"kind":"start","run":{}}""")]
    [InlineData("""{"kind":"start","run":{"pipeline":"../x","runId":"t-0","attempt":1}}""")]
    [InlineData("""{"kind":"stop","run":null}""")]
    [InlineData("""{"kind":"erase","erasure":{"pipeline":"p","erasureId":"e-0"}}""")]
    [InlineData("""{"kind":"erase","run":{"pipeline":"p","runId":"t-0123456789abcdef0123456789abcdef","attempt":1}}""")]
    public void Parse_NoCommand_IsRefusedAsSuch(string message) => Assert.Throws<JsonException>(() => Command.Parse(message));

    [Fact]
    public void Parse_WhatWasWritten_IsEqual()
    {
        Command[] commands = [new(Command.Start, new RunRef("p", "t-" + Id, 2)), new(Command.Erase, Erasure: new ErasureRef("p", "e-" + Id))];

        Assert.Equal(commands, commands.Select(command => Command.Parse(command.ToJson())));
    }
}
