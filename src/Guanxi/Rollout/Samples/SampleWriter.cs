using Guanxi.Platform;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Rollout.Samples;

/// <summary>One thing that somebody did at some moment of the past.</summary>
internal readonly record struct SampleDeed(DateTimeOffset At, string By, string Surface, Func<SaveContext, Task> Work);

/// <summary>Plays deeds in the order of their time, each in its author's name and at its own hour, many to a transaction.</summary>
internal sealed class SampleWriter(Workspace workspace, CancellationToken cancel)
{
    private const int DeedsPerTransaction = 1000;
    private static readonly IReadOnlySet<string> NothingConfirmed = new HashSet<string>();
    private readonly Dictionary<(string By, string Surface), Actor> actors = [];

    /// <summary>The author of what the program does for itself.</summary>
    public const string Program = "";

    public async Task PlayAsync(IEnumerable<SampleDeed> deeds)
    {
        actors.Clear();
        foreach (var chunk in deeds.OrderBy(deed => deed.At).Chunk(DeedsPerTransaction))
        {
            await workspace.Database.WriteAsync(
                async session =>
                {
                    foreach (var deed in chunk)
                    {
                        var context = new SaveContext(session, ActorOf(deed), new StoppedClock(deed.At), NothingConfirmed);
                        await deed.Work(context);
                        await context.FinishAsync(cancel);
                    }
                },
                cancel);
        }

        await workspace.RefreshAsync(cancel);
    }

    private Actor ActorOf(SampleDeed deed)
    {
        if (actors.TryGetValue((deed.By, deed.Surface), out var known))
        {
            return known;
        }

        var actor = deed.By == Program ? workspace.System(deed.Surface) : workspace.ActorFor(workspace.Directory.People.First(person => person.UserName == deed.By), deed.Surface);
        return actors[(deed.By, deed.Surface)] = actor;
    }

    private sealed class StoppedClock(DateTimeOffset at) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => at;
    }
}
