using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MlServerless.EndToEnd.Support;

/// <summary>Reads the names in <c>[Function("…")]</c> from an assembly without loading it.</summary>
internal static class FunctionNames
{
    public static IReadOnlyList<string> InAssembly(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.MethodDefinitions
            .SelectMany(method => metadata.GetMethodDefinition(method).GetCustomAttributes())
            .Select(metadata.GetCustomAttribute)
            .Where(attribute => TypeName(metadata, attribute) == "FunctionAttribute")
            .Select(attribute => Argument(metadata, attribute))];
    }

    private static string TypeName(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference)
            return "";
        EntityHandle type = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return type.Kind == HandleKind.TypeReference ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name) : "";
    }

    /// <summary>The first argument: after a prolog of two bytes (ECMA-335, II.23.3).</summary>
    private static string Argument(MetadataReader metadata, CustomAttribute attribute)
    {
        BlobReader value = metadata.GetBlobReader(attribute.Value);
        value.ReadUInt16();
        return value.ReadSerializedString()!;
    }
}
