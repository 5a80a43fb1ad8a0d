using MlServerless.Data;

namespace MlServerless.Learning.Artifacts;

/// <summary>A signature as JSON.</summary>
internal sealed record SignatureDocument(string Label, IReadOnlyList<SignatureField> Inputs, string SchemaHash)
{
    public static SignatureDocument Of(ModelSignature signature) => new(signature.Label, signature.Inputs, signature.SchemaHash.Hex);

    public ModelSignature ToSignature() => ContentHash.TryParse(SchemaHash, out ContentHash hash)
        ? new ModelSignature(ArtifactFormat.Require(Label, "signature", "label"), ArtifactFormat.Require(Inputs, "signature", "inputs"), hash)
        : throw new InvalidArtifactException($"signature: the schema hash '{SchemaHash}' is not 64 lower-case hex digits.");
}
