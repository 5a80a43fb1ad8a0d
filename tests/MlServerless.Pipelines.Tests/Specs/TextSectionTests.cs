using System.Text;
using MlServerless.Learning;
using MlServerless.Pipelines.Problems;
using MlServerless.Pipelines.Specs;

namespace MlServerless.Pipelines.Tests.Specs;

public class TextSectionTests
{
    [Fact]
    public void Read_Nothing_IsTheDefault() => Assert.Equal(TextOptions.Default, Parse("{}").Text);

    [Fact]
    public void Read_Settings_AreTaken() =>
        Assert.Equal(
            new TextOptions { Dimensions = 512, WordNgrams = 1, CharacterNgrams = 4 },
            Parse("""{"dimensions":512,"wordNgrams":1,"characterNgrams":4}""").Text);

    [Fact]
    public void Read_OutOfRange_TellsEveryFault()
    {
        ProblemException problem = Assert.Throws<ProblemException>(() => Parse("""{"dimensions":1,"wordNgrams":4,"characterNgrams":2,"characters":1}"""));
        Assert.Equal(["$.text.dimensions", "$.text.wordNgrams", "$.text.characterNgrams", "$.text.characters"], problem.Errors.Select(error => error.Path));
    }

    private static PipelineSpec Parse(string text) =>
        SpecParser.Parse(Encoding.UTF8.GetBytes($$"""{"task":"binary","label":"y","candidates":[{"trainer":"linear"}],"text":{{text}}}"""));
}
