using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Guanxi.Platform.Live;

/// <summary>Something that happened and was committed. A notification names its receiver.</summary>
public sealed record LiveEvent(string Type, Guid Id, long Version, string Action, Guid? ActorId, Guid? For = null);

/// <summary>Hands committed changes to those who watch, in this process. Slow watchers lose the oldest: they reload on the next one.</summary>
public sealed class LiveHub
{
    private readonly ConcurrentDictionary<Guid, Channel<LiveEvent>> watchers = new();

    public (Guid Key, ChannelReader<LiveEvent> Events) Watch()
    {
        var key = Guid.CreateVersion7();
        var channel = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(500) { FullMode = BoundedChannelFullMode.DropOldest });
        watchers[key] = channel;
        return (key, channel.Reader);
    }

    public void Leave(Guid key)
    {
        if (watchers.TryRemove(key, out var channel))
        {
            channel.Writer.TryComplete();
        }
    }

    public void Post(IEnumerable<LiveEvent> events)
    {
        if (watchers.IsEmpty)
        {
            return;
        }

        foreach (var what in events)
        {
            foreach (var watcher in watchers.Values)
            {
                watcher.Writer.TryWrite(what);
            }
        }
    }
}
