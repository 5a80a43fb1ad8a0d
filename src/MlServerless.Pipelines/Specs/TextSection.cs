using MlServerless.Learning;

namespace MlServerless.Pipelines.Specs;

/// <summary>Reads <c>text</c>.</summary>
internal static class TextSection
{
    public static TextOptions Read(SpecReader reader)
    {
        TextOptions defaults = TextOptions.Default;
        var text = new TextOptions
        {
            Dimensions = (int)(reader.Integer("dimensions", TextOptions.MinDimensions, TextOptions.MaxDimensions) ?? defaults.Dimensions),
            WordNgrams = (int)(reader.Integer("wordNgrams", 1, TextOptions.MaxWordNgrams) ?? defaults.WordNgrams),
            CharacterNgrams = (int)(reader.Integer("characterNgrams", 0, TextOptions.MaxCharacterNgrams) ?? defaults.CharacterNgrams),
        };
        if (text.CharacterNgrams is > 0 and < TextOptions.MinCharacterNgrams)
            reader.Fail("characterNgrams", $"the shortest n-gram has {TextOptions.MinCharacterNgrams} characters: write 0 for none, or {TextOptions.MinCharacterNgrams} to {TextOptions.MaxCharacterNgrams}.");
        reader.RefuseUnknown();
        return text;
    }
}
