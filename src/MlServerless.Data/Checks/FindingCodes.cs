namespace MlServerless.Data;

/// <summary>The codes of findings; stable, so that programs may look for them.</summary>
public static class FindingCodes
{
    public const string EmptyFile = "empty-file";
    public const string HeaderOnly = "header-only";
    public const string WrongDelimiter = "wrong-delimiter";
    public const string NotUtf8 = "not-utf8";
    public const string NulByte = "nul-byte";
    public const string CorruptGzip = "corrupt-gzip";
    public const string DecodedTooLarge = "decoded-too-large";
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
    public const string NonFinite = "non-finite";
    public const string TooManyMissing = "too-many-missing";
    public const string AllMissing = "all-missing";
    public const string ConstantColumn = "constant-column";
    public const string IdentifierLike = "identifier-like";

    public const string NewColumn = "new-column";
    public const string LostColumn = "lost-column";
    public const string ChangedType = "changed-type";
    public const string RowCountChanged = "row-count-changed";
    public const string DistributionShift = "distribution-shift";
    public const string NewCategories = "new-categories";
    public const string LostCategories = "lost-categories";
}
