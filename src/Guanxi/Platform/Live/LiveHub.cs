using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Guanxi.Platform.Live;

/// <summary>Something that happened and was committed. A notification names its receiver.</summary>
public sealed record LiveEvent(string Type, Guid Id, long Version, string Action, Guid? ActorId, Guid? For = null);

/// <summary>Hands committed changes to those who watch, in this process. Slow watchers lose the oldest: they reload on the next one.</summary>
public sealed class LiveHub
{
    /// <summary>Windows and devices that one person may have open at once; each costs memory for as long as it stays.</summary>
    public const int MostOfOne = 50;

    private readonly ConcurrentDictionary<Guid, (Guid Person, Channel<LiveEvent> Channel)> watchers = new();

    /// <summary>What happens from now on; null when this person watches too often already.</summary>
    public (Guid Key, ChannelReader<LiveEvent> Events)? Watch(Guid person)
    {
        if (watchers.Values.Count(watcher => watcher.Person == person) >= MostOfOne)
        {
            return null;
        }

        var key = Guid.CreateVersion7();
        var channel = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(500) { FullMode = BoundedChannelFullMode.DropOldest });
        watchers[key] = (person, channel);
        return (key, channel.Reader);
    }

    public void Leave(Guid key)
    {
        if (watchers.TryRemove(key, out var watcher))
        {
            watcher.Channel.Writer.TryComplete();
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
                watcher.Channel.Writer.TryWrite(what);
            }
        }
    }
}
