using System.Collections.Concurrent;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Fields;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Live;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Platform;

/// <summary>One company's Guanxi in this process: its database, what it keeps in memory about people and nouns, and the way every change takes.</summary>
public sealed class Workspace : IAsyncDisposable
{
    private static readonly IReadOnlySet<string> NothingConfirmed = new HashSet<string>();
    private readonly IReadOnlyList<RecordType> nouns;
    private volatile Access.Directory directory;
    private volatile Schema schema;
    private readonly ConcurrentDictionary<long, long> own = new();
    private long heard = -1;
    private int writing;
    private long sessions;

    private Workspace(GuanxiDatabase database, TimeProvider clock, string folder, IReadOnlyList<RecordType> nouns, Access.Directory directory, Schema schema)
    {
        (Database, Clock, Folder, this.nouns, this.directory, this.schema) = (database, clock, folder, nouns, directory, schema);
        Reads = new ReadAudit(this);
    }

    public GuanxiDatabase Database { get; }

    public TimeProvider Clock { get; }

    /// <summary>The data directory; attachments live under files/.</summary>
    public string Folder { get; }

    public Access.Directory Directory => directory;

    public Schema Schema => schema;

    public LiveHub Live { get; } = new();

    /// <summary>Who read audited fields, on its way to the ledger.</summary>
    public ReadAudit Reads { get; }

    /// <summary>Changes whenever a session or token may have ended or the sign-in policy changed, in whichever process.</summary>
    public long SessionsGeneration => Interlocked.Read(ref sessions);

    public DateTimeOffset Now => Clock.GetUtcNow();

    /// <summary>Opens the company's data: migrates it, and makes what an empty one needs.</summary>
    public static async Task<Workspace> OpenAsync(GuanxiDatabase database, string folder, TimeProvider clock, IReadOnlyList<RecordType>? nouns = null, CancellationToken cancel = default)
    {
        nouns ??= Nouns.All;
        BlockList.Key(folder);
        await BackUpBeforeMigrationAsync(database, folder, clock, cancel);
        var migrated = await Migrations.ApplyAsync(database, clock, cancel);
        var older = await database.WriteAsync(
            async session =>
            {
                var grown = await LedgerBook.StartAsync(session, cancel);
                await FirstRoles.EnsureAsync(session, clock, cancel);
                if (migrated.Contains("0002-page-by-index", StringComparer.Ordinal))
                {
                    await SearchIndex.RefreshSharedAsync(session, await CustomFields.LoadAsync(session, nouns, cancel), cancel);
                }

                if (migrated.Contains("0041-search-activities", StringComparer.Ordinal) && (await CustomFields.LoadAsync(session, nouns, cancel)).Find("activities") is { HasSearch: true } activities)
                {
                    await SearchIndex.RebuildAsync(session, activities, cancel);
                }

                if (migrated.Contains("0100-matching-and-merging", StringComparer.Ordinal))
                {
                    foreach (var matched in (await CustomFields.LoadAsync(session, nouns, cancel)).Types.Where(type => type is { HasSearch: true, Matching.Count: > 0 }))
                    {
                        await SearchIndex.RebuildAsync(session, matched, cancel);
                    }
                }

                return grown;
            },
            cancel);
        var workspace = await LoadAsync(database, folder, clock, nouns, cancel);
        if (older)
        {
            // Rows were not compared with the ledger before; what it does not account for is taken in as it stands, and named so.
            await LedgerAcceptance.RunAsync(workspace, workspace.System(), "upgrade", cancel);
        }

        await NewRights.GiveAsync(workspace, cancel);
        await Erasure.AgainAsync(workspace, cancel);
        return workspace;
    }

    /// <summary>A migration cannot be taken back; so the data as they were before are kept.</summary>
    private static async Task BackUpBeforeMigrationAsync(GuanxiDatabase database, string folder, TimeProvider clock, CancellationToken cancel)
    {
        IReadOnlyList<string> pending;
        await using (var session = await database.ReadAsync(cancel))
        {
            pending = await Migrations.PendingAsync(session, cancel);
        }

        if (pending.Count > 0 && BackupSettings.Read(folder) is { BeforeMigration: true } settings)
        {
            await new BackupStore(database, settings, clock).MakeAsync(pending[0], check: true, cancel);
        }
    }

    private static async Task<Workspace> LoadAsync(GuanxiDatabase database, string folder, TimeProvider clock, IReadOnlyList<RecordType> nouns, CancellationToken cancel)
    {
        await using var session = await database.ReadAsync(cancel);
        var people = await Access.Directory.LoadAsync(session, cancel);
        people.Blocked = await BlockList.LoadAsync(session, folder, cancel);
        return new Workspace(database, clock, folder, nouns, people, await CustomFields.LoadAsync(session, nouns, cancel));
    }

    /// <summary>The program acting for itself.</summary>
    public Actor System(string surface = "system", Guid? batch = null) => Actor.System(directory, schema, surface, batch);

    public Actor ActorFor(Person person, string surface, string? language = null, TokenScope? scope = null, DateTimeOffset? provedUntil = null, string? from = null) =>
        new(person, directory, schema, surface, language) { Scope = scope, ProvedUntil = provedUntil, From = from };

    /// <summary>Runs a change whole or not at all; what was announced is told to watchers after the commit.</summary>
    public async Task<T> WriteAsync<T>(Actor actor, Func<SaveContext, Task<T>> work, IReadOnlySet<string>? confirmed = null, CancellationToken cancel = default)
    {
        SaveContext? context = null;
        // Held while a change of ours is on its way, so that the watcher of other processes does not take it for theirs.
        Interlocked.Increment(ref writing);
        T result;
        try
        {
            result = await CommitAsync();
        }
        finally
        {
            if (context is { LastSequence: > 0 } done)
            {
                own.TryAdd(done.FirstSequence, done.LastSequence);
            }

            Interlocked.Decrement(ref writing);
        }

        if (context!.DirectoryChanged || context.SchemaChanged)
        {
            await ReloadAsync(cancel);
        }

        if (context.SessionsChanged)
        {
            await RefreshAsync(cancel);
        }

        Live.Post(context.Events);
        return result;

        Task<T> CommitAsync() => Database.WriteAsync(
            async session =>
            {
                context = new SaveContext(session, actor, Clock, confirmed ?? NothingConfirmed);
                var value = await work(context);
                if (actor.Once is { } once)
                {
                    await once.ClaimAsync(context, cancel);
                }

                await context.FinishAsync(cancel);
                return value;
            },
            cancel);
    }

    public Task WriteAsync(Actor actor, Func<SaveContext, Task> work, IReadOnlySet<string>? confirmed = null, CancellationToken cancel = default) => WriteAsync(
        actor,
        async context =>
        {
            await work(context);
            return true;
        },
        confirmed,
        cancel);

    /// <summary>Reloads people, rights and descriptions when another process has changed them, and hears whether a session ended.</summary>
    public async Task RefreshAsync(CancellationToken cancel = default)
    {
        await using var session = await Database.ReadAsync(cancel);
        var generations = await session.ListAsync(Sql.Of($"SELECT name, number FROM generation"), row => (Name: row.Text(0), Number: row.Integer(1)), cancel);
        Interlocked.Exchange(ref sessions, generations.First(item => item.Name == "sessions").Number);
        if (generations.Any(item => item.Name == "directory" && item.Number != directory.Generation) || generations.Any(item => item.Name == "schema" && item.Number != schema.Version))
        {
            await ReloadAsync(cancel);
        }
    }

    /// <summary>Tells this process's watchers of what other processes have written since the last time.</summary>
    public async Task HearOthersAsync(CancellationToken cancel = default)
    {
        if (Volatile.Read(ref writing) > 0)
        {
            return;
        }

        await using var session = await Database.ReadAsync(cancel);
        var head = await session.ScalarAsync<long>(Sql.Of($"SELECT seq FROM ledger_head WHERE one = 1"), cancel);
        var from = heard < 0 ? head : heard;
        heard = head;
        if (head <= from)
        {
            own.Clear();
            return;
        }

        // After an import of a million rows a page reloads its list anyway; the last lines are enough to make it.
        var first = Math.Max(from + 1, head - 500);
        var mine = own.ToArray();
        var lines = await session.ListAsync(
            Sql.Of($"SELECT seq, record_type, record_id, action, actor_id FROM ledger WHERE seq >= {first} AND seq <= {head} AND record_id IS NOT NULL"),
            row => (Sequence: row.Integer(0), Type: row.OptionalText(1), Id: row.Id(2), Action: row.Text(3), Actor: row.OptionalId(4)), cancel);
        Live.Post(lines.Where(line => line.Type is not null && !mine.Any(range => line.Sequence >= range.Key && line.Sequence <= range.Value)).Select(line => new LiveEvent(line.Type!, line.Id, 0, line.Action, line.Actor)));
        foreach (var range in mine.Where(range => range.Value <= head))
        {
            own.TryRemove(range.Key, out _);
        }
    }

    private async Task ReloadAsync(CancellationToken cancel)
    {
        await using var session = await Database.ReadAsync(cancel);
        var people = await Access.Directory.LoadAsync(session, cancel);
        people.Blocked = await BlockList.LoadAsync(session, Folder, cancel);
        directory = people;
        schema = await CustomFields.LoadAsync(session, nouns, cancel);
    }

    public ValueTask DisposeAsync()
    {
        Reads.Dispose();
        return Database.DisposeAsync();
    }
}
