namespace MlServerless.Data;

/// <summary>The codes of findings; stable, so that programs may look for them.</summary>
public static class FindingCodes
{
    public const string CorruptGzip = "corrupt-gzip";
    public const string DecodedTooLarge = "decoded-too-large";
    public const string EmptyFile = "empty-file";
    public const string HeaderOnly = "header-only";
    public const string WrongDelimiter = "wrong-delimiter";
    public const string NotUtf8 = "not-utf8";
    public const string NulByte = "nul-byte";
    public const string NotText = "not-text";
    public const string HeaderTooLong = "header-too-long";
    public const string TooManyColumns = "too-many-columns";
    public const string DuplicateColumn = "duplicate-column";
    public const string EmptyColumnName = "empty-column-name";

    public const string RaggedRow = "ragged-row";
    public const string MalformedQuote = "malformed-quote";
    public const string UnterminatedQuote = "unterminated-quote";
    public const string MalformedJson = "malformed-json";
    public const string RowTooLong = "row-too-long";
    public const string TooFewRows = "too-few-rows";

    public const string MissingColumn = "missing-column";
    public const string MissingLabel = "missing-label";
    public const string MissingKey = "missing-key";
    public const string MissingFeature = "missing-feature";
    public const string NoUsableFeatures = "no-usable-features";
    public const string SingleClass = "single-class";
    public const string UnlabelledRows = "unlabelled-rows";
    public const string UnsuitableLabel = "unsuitable-label";

    public const string UnexpectedType = "unexpected-type";
    public const string MixedTypes = "mixed-types";
    public const string UnexpectedValue = "unexpected-value";
    public const string OutOfRange = "out-of-range";
    public const string RowRule = "row-rule";
    public const string TooFewDistinct = "too-few-distinct";
    public const string TooManyDistinct = "too-many-distinct";
    public const string NonFinite = "non-finite";
    public const string TooManyMissing = "too-many-missing";
    public const string AllMissing = "all-missing";
    public const string ConstantColumn = "constant-column";
    public const string IdentifierLike = "identifier-like";
    public const string ForbiddenColumn = "forbidden-column";

    public const string DuplicateRows = "duplicate-rows";
    public const string DuplicatesAcrossSplit = "duplicates-across-split";
    public const string LabelLeak = "label-leak";

    public const string NewColumn = "new-column";
    public const string LostColumn = "lost-column";
    public const string ChangedType = "changed-type";
    public const string RowCountChanged = "row-count-changed";
    public const string DistributionShift = "distribution-shift";
    public const string NewCategories = "new-categories";
    public const string LostCategories = "lost-categories";

    /// <summary>Codes that always block: with such a finding there is nothing to train on.</summary>
    public static IReadOnlySet<string> AlwaysBlocking { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        CorruptGzip, DecodedTooLarge, EmptyFile, HeaderOnly, NotText, HeaderTooLong, TooManyColumns, MissingLabel, MissingKey, MissingFeature, NoUsableFeatures, SingleClass,
    };

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        CorruptGzip, DecodedTooLarge, EmptyFile, HeaderOnly, WrongDelimiter, NotUtf8, NulByte, NotText, HeaderTooLong, TooManyColumns, DuplicateColumn, EmptyColumnName,
        RaggedRow, MalformedQuote, UnterminatedQuote, MalformedJson, RowTooLong, TooFewRows,
        MissingColumn, MissingLabel, MissingKey, MissingFeature, NoUsableFeatures, SingleClass, UnlabelledRows, UnsuitableLabel,
        UnexpectedType, MixedTypes, UnexpectedValue, OutOfRange, RowRule, TooFewDistinct, TooManyDistinct, NonFinite, TooManyMissing, AllMissing, ConstantColumn, IdentifierLike, ForbiddenColumn,
        DuplicateRows, DuplicatesAcrossSplit, LabelLeak,
        NewColumn, LostColumn, ChangedType, RowCountChanged, DistributionShift, NewCategories, LostCategories,
    ];
}
