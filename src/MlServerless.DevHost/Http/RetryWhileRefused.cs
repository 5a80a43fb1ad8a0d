namespace MlServerless.DevHost.Http;

/// <summary>Sends a request again while nothing listens, as the host does around a restart of the app: nothing was sent then.</summary>
internal sealed class RetryWhileRefused(IHandler handler, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Attempts = 10;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), cancellationToken);
                await handler.WhenReadyAsync(cancellationToken);
            }
        }
    }
}
