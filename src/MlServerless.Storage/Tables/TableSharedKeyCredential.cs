using System.Security.Cryptography;
using System.Text;

namespace MlServerless.Storage.Tables;

/// <summary>The name and key of a storage account. Only for the emulator: on Azure the key is switched off.</summary>
internal sealed class TableSharedKeyCredential(string accountName, string accountKey)
{
    private readonly byte[] key = Convert.FromBase64String(accountKey);

    public string AccountName { get; } = accountName;

    public string Sign(string text) => Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
