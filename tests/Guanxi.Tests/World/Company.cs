using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Npgsql;
using Directory = System.IO.Directory;

namespace Guanxi.Tests.World;

/// <summary>
/// A small company that every test knows: 王芳 runs it; 李强 leads 华东 (under 总部) with 张伟 selling there; 赵敏 sells in 华南; 陈静 analyses, 刘洋 serves, 孙丽 markets.
/// Each company has a database of its own.
/// </summary>
public sealed class Company : IAsyncDisposable
{
    /// <summary>For tests that are not about what it costs to test a password.</summary>
    public static readonly PasswordCost CheapPasswords = new(100);

    private static readonly SemaphoreSlim TemplateLock = new(1);
    private static readonly string Template = "guanxi_" + Guid.CreateVersion7().ToString("N");
    private static readonly string Ready = Path.Combine(Path.GetTempPath(), Template);
    private static readonly HashSet<Db> ReadyOn = [];
    private readonly string folder;
    private readonly string? postgresName;
    private bool tampered;

    private Company(Workspace workspace, string folder, string? postgresName, Clock clock) => (Workspace, this.folder, this.postgresName, Time) = (workspace, folder, postgresName, clock);

    public static string? Postgres { get; } = Environment.GetEnvironmentVariable("GUANXI_TEST_POSTGRES");

    public Workspace Workspace { get; }

    public Clock Time { get; }

    public Actor WangFang => Act("wangfang");

    public Actor LiQiang => Act("liqiang");

    public Actor ZhangWei => Act("zhangwei");

    public Actor ZhaoMin => Act("zhaomin");

    public Actor ChenJing => Act("chenjing");

    public Actor LiuYang => Act("liuyang");

    public Actor SunLi => Act("sunli");

    public Actor Program => Workspace.System();

    public IEnumerable<Actor> Everybody => Workspace.Directory.People.Select(person => Workspace.ActorFor(person, "api"));

    public static async Task<Company> OpenAsync(Db db, IReadOnlyList<RecordType>? nouns = null)
    {
        await BeReadyAsync(db);
        var folder = Directory.CreateTempSubdirectory("guanxi-").FullName;
        Copy(Ready + db, folder);
        string? name = null;
        if (db == Db.Postgres)
        {
            name = "t" + Guid.CreateVersion7().ToString("N");
            await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template} STRATEGY FILE_COPY");
        }

        return await OpenAsync(folder, name, nouns);
    }

    private static async Task<Company> OpenAsync(string folder, string? database, IReadOnlyList<RecordType>? nouns = null)
    {
        var clock = new Clock();
        var connection = database is null ? $"Data Source={Path.Combine(folder, "guanxi.db")}" : Postgres!.Replace("Database=postgres", $"Database={database}", StringComparison.Ordinal);
        return new Company(await Workspace.OpenAsync(GuanxiDatabase.Open(connection), folder, clock, nouns), folder, database, clock);
    }

    /// <summary>The company is founded once on each database; every test works on a copy, which is far quicker than migrating and hiring each time.</summary>
    private static async Task BeReadyAsync(Db db)
    {
        await TemplateLock.WaitAsync();
        try
        {
            if (ReadyOn.Contains(db))
            {
                return;
            }

            Directory.CreateDirectory(Ready + db);
            if (db == Db.Postgres)
            {
                await ExecuteAsync($"CREATE DATABASE {Template}");
            }

            var founded = await OpenAsync(Ready + db, db == Db.Postgres ? Template : null);
            await founded.HireAsync();
            await founded.Workspace.DisposeAsync();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Ready + db, recursive: true);
            ReadyOn.Add(db);
        }
        finally
        {
            TemplateLock.Release();
        }
    }

    /// <summary>With who may read what: files keep that by themselves, folders do not.</summary>
    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
        {
            var copy = Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(copy.FullName, File.GetUnixFileMode(folder));
            }
        }

        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }

    private static async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Postgres);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync();
    }

    private Task HireAsync() => Workspace.WriteAsync(Workspace.System(), async context =>
    {
        var headquarters = await People.TeamAsync(context, "总部");
        foreach (var name in new[] { "华东", "华南" })
        {
            var id = await People.TeamAsync(context, name);
            var team = await RecordStore.FindAsync(context.Session, context.Schema["teams"], id);
            team!["parent"] = headquarters;
            await context.UpdateAsync(team);
        }

        await People.AddAsync(context, "王芳", "wangfang", "administrator", "总部");
        await People.AddAsync(context, "李强", "liqiang", "manager", "华东");
        await People.AddAsync(context, "张伟", "zhangwei", "seller", "华东");
        await People.AddAsync(context, "赵敏", "zhaomin", "seller", "华南");
        await People.AddAsync(context, "陈静", "chenjing", "analyst", "总部");
        await People.AddAsync(context, "刘洋", "liuyang", "agent", "总部");
        await People.AddAsync(context, "孙丽", "sunli", "marketer", "总部");
    });

    /// <summary>Gives everybody with the role more function rights.</summary>
    public async Task GrantAsync(string roleKey, params string[] functions)
    {
        var role = Workspace.Directory.Roles.Single(known => known.Key == roleKey);
        await RecordUseCases.ChangeAsync(Workspace, WangFang, Workspace.Schema["roles"], role.Id, Json(new { functions = role.Functions.Concat(functions).Distinct() }));
    }

    public Actor Act(string userName, string surface = "api") => Workspace.ActorFor(Workspace.Directory.People.Single(person => person.UserName == userName), surface);

    public Task<Record> CreateAsync(Actor actor, string type, object values, params string[] confirmed) =>
        RecordUseCases.CreateAsync(Workspace, actor, Workspace.Schema[type], Json(values), confirmed.ToHashSet(StringComparer.Ordinal));

    public Task<Record> CustomerAsync(Actor owner, string name, object? more = null)
    {
        var values = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["name"] = Json(name) };
        foreach (var property in more is null ? [] : Json(more).EnumerateObject().ToList())
        {
            values[property.Name] = property.Value;
        }

        return CreateAsync(owner, "customers", values);
    }

    public Task<Record> ChangeAsync(Actor actor, Record record, object values, long? expected = null) =>
        RecordUseCases.ChangeAsync(Workspace, actor, Workspace.Schema[record.Type.Name], record.Id, Json(values), expected);

    /// <summary>The record as the actor finds it; a refusal otherwise.</summary>
    public async Task<Record> LoadAsync(Actor actor, string type, Guid id, Verb verb = Verb.Read)
    {
        await using var session = await Workspace.Database.ReadAsync();
        return await RecordStore.LoadAsync(session, actor, Workspace.Schema[type], id, verb, Workspace.Now);
    }

    /// <summary>The page of a list as parsed JSON.</summary>
    public async Task<JsonElement> ListAsync(Actor actor, string type, string? filter = null, string? sort = null, string? fields = null, int? limit = null, string? cursor = null, string? words = null, string? count = null)
    {
        var query = ListQuery.Parse(actor, Workspace.Schema[type], filter, sort, fields, limit, cursor, words, count);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        await using var session = await Workspace.Database.ReadAsync();
        await ListReader.WriteAsync(buffer, session, actor, query, Workspace.Now);
        return JsonDocument.Parse(buffer.WrittenMemory).RootElement.Clone();
    }

    /// <summary>The names in a list, in its order.</summary>
    public async Task<string[]> NamesAsync(Actor actor, string type, string? filter = null, string? sort = null, string? words = null, int? limit = null)
    {
        var title = Workspace.Schema[type].TitleField;
        var page = await ListAsync(actor, type, filter, sort, title, limit, words: words);
        return [.. page.GetProperty("items").EnumerateArray().Select(item => item.TryGetProperty(title, out var name) ? name.GetString()! : "")];
    }

    /// <summary>Changes rows behind the program's back, as somebody with the database in hand could.</summary>
    public Task TamperAsync(string statement)
    {
        tampered = true;
        return Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(new Sql().Append(statement)));
    }

    /// <summary>What the check of the ledger finds, rows included.</summary>
    public async Task<LedgerReport> VerifyAsync(IReadOnlyList<Checkpoint.Read>? outside = null, LedgerKeys? keys = null)
    {
        await using var session = await Workspace.Database.ReadAsync();
        return await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(Workspace.Now, Schema: Workspace.Schema, Keys: keys, Outside: outside));
    }

    public static JsonElement Json(object? value) => JsonSerializer.SerializeToElement(value, new JsonSerializerOptions { DictionaryKeyPolicy = null });

    /// <summary>Says that the test writes to the database past the program, which the ledger then rightly finds.</summary>
    public void WritesPastTheProgram() => tampered = true;

    /// <summary>Every test ends with the check that whatever it did, the ledger accounts for every row.</summary>
    public async ValueTask DisposeAsync()
    {
        var report = tampered ? null : await VerifyAsync();
        await Workspace.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        if (postgresName is not null)
        {
            await ExecuteAsync($"DROP DATABASE {postgresName} WITH (FORCE)");
        }

        if (report is { Whole: false })
        {
            throw new InvalidOperationException("The ledger does not account for what the test did: " + string.Join("; ", report.Findings.Take(5).Select(finding => finding.Sentence.En)));
        }
    }
}

/// <summary>A clock that stands until it is moved: Sunday, 22 November 2026, 10:00 in Shanghai.</summary>
public sealed class Clock : TimeProvider
{
    private DateTimeOffset now = new(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Pass(TimeSpan time) => now += time;
}
