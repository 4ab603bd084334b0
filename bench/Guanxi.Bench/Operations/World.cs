using System.Text.Json;
using Guanxi.Bench.Company;
using Guanxi.Bench.Server;
using Guanxi.Database;
using Guanxi.Platform.Language;

namespace Guanxi.Bench.Operations;

/// <summary>A person with a token and things of his own to ask for.</summary>
/// <param name="Owners">Whose customers the person's role reaches.</param>
/// <param name="Teams">The person's team and those above it.</param>
/// <param name="Cursors">Places in the list of the person's customers; the first is null, its beginning.</param>
public sealed record Caller(BenchPerson Person, string Token, IReadOnlyList<Guid> Owners, IReadOnlyList<Guid> Teams, IReadOnlyList<Guid> Customers, IReadOnlyList<string?> Cursors, IReadOnlyList<string> Words, IReadOnlyList<string> Spelled);

/// <summary>Who calls and what there is to ask for: enough different records and words that nothing is answered from a cache alone.</summary>
public sealed class World
{
    public const string ListFields = "name,level,stage,owner,city,phone,lastActivityAt,nextContactAt";
    private const int CustomersEach = 600;
    private const int PagesEach = 25;
    private static readonly string[] CommonWords = ["科技", "机械", "精密", "汽车", "电子", "模具", "五金", "阀门"];

    public required IReadOnlyList<Caller> Sellers { get; init; }

    public required Caller Manager { get; init; }

    public static async Task<World> MeetAsync(string program, string folder, string? database, IReadOnlyList<BenchPerson> people, GuanxiDatabase data, Uri address, CancellationToken cancel)
    {
        var manager = people.First(person => person is { Role: "manager", Team: >= 4 });
        var sellers = people.Where(person => person.Role == "seller").Where((_, at) => at % 11 == 0).Take(4).ToList();
        var callers = new List<Caller>();
        foreach (var person in sellers.Append(manager))
        {
            List<string> arguments = [program, "token", "create", "--user", person.UserName, "--name", "bench", "--data", folder];
            var token = await ServerProcess.RunAsync(database is null ? arguments : [.. arguments, "--db", database], cancel);
            var owners = person == manager ? people.Where(other => other.Team == manager.Team).Select(other => other.Id).ToList() : [person.Id];
            callers.Add(await CallerAsync(person, token, owners, data, address, cancel));
        }

        return new World { Sellers = callers[..^1], Manager = callers[^1] };
    }

    private static async Task<Caller> CallerAsync(BenchPerson person, string token, List<Guid> owners, GuanxiDatabase data, Uri address, CancellationToken cancel)
    {
        await using var session = await data.ReadAsync(cancel);
        var own = await session.ListAsync(Sql.Of($"SELECT id, short_name FROM customer WHERE owner_id = {person.Id} AND deleted_at IS NULL ORDER BY name_key LIMIT {CustomersEach * 8}"), row => (Id: row.Id(0), Name: row.OptionalText(1) ?? ""), cancel);
        var some = own.Where((_, at) => at % 8 == 0).Where(customer => customer.Name.Length >= 4).ToList();
        return new Caller(
            person,
            token,
            owners,
            await TeamsAsync(session, person, cancel),
            [.. some.Select(customer => customer.Id)],
            await CursorsAsync(token, address, cancel),
            [.. some.Select((customer, at) => at % 4 == 3 ? CommonWords[at / 4 % CommonWords.Length] : customer.Name[..2])],
            [.. some.Select((customer, at) => at % 2 == 0 ? Pinyin.Initials(customer.Name, personName: false) : string.Concat(Pinyin.Readings(customer.Name[..2], personName: false, max: 1)[0]))]);
    }

    private static async Task<List<Guid>> TeamsAsync(DatabaseSession session, BenchPerson person, CancellationToken cancel)
    {
        var line = new List<Guid>();
        var team = await session.FirstAsync(Sql.Of($"SELECT team_id FROM app_user WHERE id = {person.Id}"), row => row.OptionalId(0), cancel);
        while (team is { } id)
        {
            line.Add(id);
            team = await session.FirstAsync(Sql.Of($"SELECT parent_id FROM team WHERE id = {id}"), row => row.OptionalId(0), cancel);
        }

        return line;
    }

    private static async Task<List<string?>> CursorsAsync(string token, Uri address, CancellationToken cancel)
    {
        var cursors = new List<string?> { null };
        using var connection = await HttpConnection.OpenAsync(address, cancel);
        while (cursors.Count < PagesEach)
        {
            var (status, body) = await connection.SendAsync(PreparedRequest.Make("GET", OwnList(cursors[^1]), token), cancel);
            if (status != 200)
            {
                throw new InvalidOperationException($"The list answered {status}: {System.Text.Encoding.UTF8.GetString(body.Span)}");
            }

            using var json = JsonDocument.Parse(body);
            if (json.RootElement.GetProperty("next").GetString() is not { } next)
            {
                break;
            }

            cursors.Add(next);
        }

        return cursors;
    }

    public static string OwnList(string? cursor) => $"/api/v1/customers?limit=50&sort=-lastActivityAt&fields={ListFields}{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}";
}
