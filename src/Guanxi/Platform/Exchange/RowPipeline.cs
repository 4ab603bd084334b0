using System.Threading.Channels;
using Guanxi.Platform.Exchange.Formats;

namespace Guanxi.Platform.Exchange;

/// <summary>Reads rows, works on them in chunks on the other cores, and hands the chunks on in the order of the file; a few at a time, so that memory does not grow with the file.</summary>
internal static class RowPipeline
{
    private const int ChunksAhead = 2;

    public static async IAsyncEnumerable<T> RunAsync<T>(IEnumerable<ImportRow> rows, int chunk, Func<IReadOnlyList<ImportRow>, ValueTask<T>> work, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var chunks = Channel.CreateBounded<Task<T>>(ChunksAhead);
        var reading = Task.Run(() => ReadAsync(rows, chunk, work, chunks.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var done in chunks.Reader.ReadAllAsync(cancel))
            {
                yield return await done;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await reading;
        }
    }

    private static async Task ReadAsync<T>(IEnumerable<ImportRow> rows, int chunk, Func<IReadOnlyList<ImportRow>, ValueTask<T>> work, ChannelWriter<Task<T>> chunks, CancellationToken stop)
    {
        try
        {
            foreach (var part in rows.Chunk(chunk))
            {
                await chunks.WriteAsync(Task.Run(async () => await work(part), CancellationToken.None), stop);
            }

            chunks.Complete();
        }
        catch (Exception error)
        {
            // The consumer meets the reader's error where the rows end.
            chunks.TryComplete(error is OperationCanceledException ? null : error);
        }
    }
}
