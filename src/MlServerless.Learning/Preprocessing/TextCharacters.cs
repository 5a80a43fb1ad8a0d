namespace MlServerless.Learning.Preprocessing;

/// <summary>
/// What belongs to a word, and lower case, by tables of our own: the runtime's follow the version of Unicode, and a model must
/// not. Latin, Greek and Cyrillic letters are folded one to one.
/// </summary>
internal static class TextCharacters
{
    /// <summary>Letters, digits and all that is not known to separate: ASCII signs, signs of Latin-1, punctuation, arrows and symbols.</summary>
    public static bool IsWord(int point) => point switch
    {
        < 0x80 => point is >= 'a' and <= 'z' or >= 'A' and <= 'Z' or >= '0' and <= '9',
        < 0xC0 => point is 0xAA or 0xB2 or 0xB3 or 0xB5 or 0xB9 or 0xBA,
        0xD7 or 0xF7 => false,
        >= 0x2000 and <= 0x206F => false,
        >= 0x2190 and <= 0x2BFF => false,
        >= 0x3000 and <= 0x303F => false,
        >= 0xFE30 and <= 0xFE4F => false,
        >= 0xFF00 and <= 0xFF0F => false,
        0xFEFF or 0xFFFD => false,
        _ => true,
    };

    public static int Fold(int point) => point switch
    {
        < 0x80 => point is >= 'A' and <= 'Z' ? point + 0x20 : point,
        < 0xC0 => point,
        <= 0xDE => point == 0xD7 ? point : point + 0x20,
        < 0x100 => point,
        <= 0x17F => FoldExtended(point),
        >= 0x391 and <= 0x3A9 => point + 0x20,
        >= 0x400 and <= 0x40F => point + 0x50,
        >= 0x410 and <= 0x42F => point + 0x20,
        _ => point,
    };

    /// <summary>Latin Extended-A: pairs of a capital and its small letter.</summary>
    private static int FoldExtended(int point) => point switch
    {
        0x130 or 0x131 or 0x138 or 0x149 or 0x17F => point,
        0x178 => 0xFF,
        (>= 0x139 and <= 0x148) or >= 0x179 => point % 2 == 1 ? point + 1 : point,
        _ => point % 2 == 0 ? point + 1 : point,
    };
}
