using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace MlServerless.Storage.Tables;

/// <summary>Signs every try of a request with Shared Key Lite.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key, "Table service (Shared Key Lite)".</remarks>
internal sealed class TableSharedKeyPolicy(TableSharedKeyCredential credential, TimeProvider time) : HttpPipelineSynchronousPolicy
{
    public override void OnSendingRequest(HttpMessage message)
    {
        Request request = message.Request;
        string date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        request.Headers.SetValue("x-ms-date", date);
        // The path of an emulator begins with the account, which then stands twice.
        string resource = $"/{credential.AccountName}{request.Uri.ToUri().AbsolutePath}";
        request.Headers.SetValue(HttpHeader.Names.Authorization, $"SharedKeyLite {credential.AccountName}:{credential.Sign($"{date}\n{resource}")}");
    }
}
