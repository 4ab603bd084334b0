using System.Text.Json;
using Guanxi.Bench.Server;
using Guanxi.Database;
using Guanxi.Platform.Language;
using Guanxi.Platform.Search;

namespace Guanxi.Bench.Operations;

/// <summary>Lists, searches and the record page.</summary>
public sealed class ReadOperations(World world, FloorConnection floor)
{
    private const string Columns = "id, version, name, level, stage, owner_id, city, phone, last_activity_at, next_contact_at";
    private const string Keys = "seq AS s, last_activity_at AS k, id AS rid";
    private readonly long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
    private readonly Dictionary<(Guid Person, int Page), (long At, Guid Id)> places = [];

    private static readonly string[][] Levels = [["vip", "major"], ["ordinary"], ["small", "ordinary"], ["major"]];
    private static readonly string[][] Stages = [["prospect", "active"], ["potential"], ["active", "loyal"], ["prospect"], ["atRisk", "lost"]];

    public IEnumerable<Operation> All()
    {
        yield return new Operation("list.own", Target.Read, OwnList, OwnListFloor);
        yield return new Operation("list.team.filtered", Target.Read, TeamList, TeamListFloor);
        yield return new Operation("search.two-characters", Target.Read, at => Search(at, caller => caller.Words), at => SearchFloor(at, caller => caller.Words));
        yield return new Operation("search.pinyin", Target.Read, at => Search(at, caller => caller.Spelled), at => SearchFloor(at, caller => caller.Spelled));
        yield return new Operation("record.360", Target.Read, at => PreparedRequest.Make("GET", $"/api/v1/customers/{Customer(at)}/overview", Seller(at).Token), OverviewFloor);
    }

    private Caller Seller(int at) => world.Sellers[at % world.Sellers.Count];

    private Guid Customer(int at) => Seller(at).Customers[at / world.Sellers.Count * 31 % Seller(at).Customers.Count];

    private PreparedRequest OwnList(int at)
    {
        var caller = Seller(at);
        return PreparedRequest.Make("GET", World.OwnList(caller.Cursors[at / world.Sellers.Count % caller.Cursors.Count]), caller.Token);
    }

    private int OwnListFloor(int at)
    {
        var caller = Seller(at);
        var page = at / world.Sellers.Count % caller.Cursors.Count;
        var (before, id) = page == 0 ? (long.MaxValue, Guid.Empty) : places.GetValueOrDefault((caller.Person.Id, page), (long.MaxValue, Guid.Empty));
        var sql = $"""
            SELECT {Columns} FROM (SELECT * FROM (
              SELECT * FROM (SELECT {Keys} FROM customer WHERE owner_id = $1 AND deleted_at IS NULL AND last_activity_at IS NOT NULL AND (last_activity_at, id) < ($2, $3) ORDER BY last_activity_at{floor.Descending}, id DESC LIMIT 50) a
              UNION ALL SELECT * FROM (SELECT {Keys} FROM customer WHERE id IN ({Granted(caller)}) AND (owner_id IS NULL OR owner_id <> $1) AND deleted_at IS NULL AND last_activity_at IS NOT NULL AND (last_activity_at, id) < ($2, $3) ORDER BY last_activity_at{floor.Descending}, id DESC LIMIT 50) b
            ) u ORDER BY k DESC, rid DESC LIMIT 50) p JOIN customer ON seq = s ORDER BY k DESC, rid DESC
            """;
        var place = (At: 0L, Id: Guid.Empty);
        var bytes = floor.Answer(writer => place = Page(writer, sql, caller.Person.Id, before, id));
        places[(caller.Person.Id, page + 1)] = place;
        return bytes;
    }

    /// <summary>One page and where it ended.</summary>
    private (long At, Guid Id) Page(Utf8JsonWriter writer, string sql, params ReadOnlySpan<object?> values)
    {
        var place = (0L, Guid.Empty);
        writer.WriteStartArray("items");
        using (var reader = floor.Read(sql, values))
        {
            while (reader.Read())
            {
                place = (reader.GetInt64(8), floor.Id(reader, 0)!.Value);
                writer.WriteStartObject();
                writer.WriteString("id", place.Item2);
                writer.WriteNumber("version", reader.GetInt64(1));
                writer.WriteString("name", reader.GetString(2));
                WriteText("level", 3);
                WriteText("stage", 4);
                if (floor.Id(reader, 5) is { } owner)
                {
                    writer.WriteString("owner", owner);
                }

                WriteText("city", 6);
                WriteText("phone", 7);
                writer.WriteString("lastActivityAt", DateTimeOffset.FromUnixTimeMilliseconds(place.Item1).UtcDateTime);
                if (!reader.IsDBNull(9))
                {
                    writer.WriteString("nextContactAt", DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(9)).UtcDateTime);
                }

                writer.WriteEndObject();

                void WriteText(string name, int column)
                {
                    if (!reader.IsDBNull(column))
                    {
                        writer.WriteString(name, reader.GetString(column));
                    }
                }
            }
        }

        writer.WriteEndArray();
        return place;
    }

    private string Granted(Caller caller)
    {
        string Literal(Guid id) => floor.IsSqlite ? $"X'{Convert.ToHexString(id.ToByteArray(bigEndian: true))}'" : $"'{id}'::uuid";
        var valid = $"record_type = 'customers' AND (until IS NULL OR until > {now})";
        return $"SELECT record_id FROM access_grant WHERE user_id = {Literal(caller.Person.Id)} AND {valid} UNION ALL SELECT record_id FROM access_grant WHERE team_id IN ({string.Join(',', caller.Teams.Select(Literal))}) AND {valid}";
    }

    /// <summary>Stages and levels in turn, and every fourth asks for one city.</summary>
    private static (string[] Stages, string[] Levels, string? City) TeamFilter(int at) =>
        at % 4 == 3 ? (Stages[at % Stages.Length], [], Cities[at / 4 % Cities.Length]) : (Stages[at % Stages.Length], Levels[at / 5 % Levels.Length], null);

    private static readonly string[] Cities = ["苏州市", "上海市", "宁波市", "佛山市", "长沙市", "青岛市", "东莞市"];

    private PreparedRequest TeamList(int at)
    {
        static string Any(string[] values) => "(" + string.Join(',', values.Select(value => $"\"{value}\"")) + ")";
        var (stages, levels, city) = TeamFilter(at);
        var filter = $"stage in {Any(stages)}" + (city is null ? $" AND level in {Any(levels)}" : $" AND city = \"{city}\"");
        return PreparedRequest.Make("GET", World.OwnList(null) + "&filter=" + Uri.EscapeDataString(filter), world.Manager.Token);
    }

    private int TeamListFloor(int at)
    {
        static string Any(string[] values) => "(" + string.Join(',', values.Select(value => $"'{value}'")) + ")";
        var (stages, levels, city) = TeamFilter(at);
        var filter = $"stage IN {Any(stages)} AND " + (city is null ? $"level IN {Any(levels)}" : $"city = '{city}'");
        var rest = $"AND {filter} AND deleted_at IS NULL AND last_activity_at IS NOT NULL ORDER BY last_activity_at{floor.Descending}, id DESC LIMIT 50";
        var owners = world.Manager.Owners;
        var arms = owners.Select((_, i) => $"SELECT * FROM (SELECT {Keys} FROM customer WHERE owner_id = ${i + 1} {rest}) a{i}");
        var notTheirs = string.Join(',', owners.Select((_, i) => $"${i + 1}"));
        var sql = $"SELECT {Columns} FROM (SELECT * FROM ({string.Join(" UNION ALL ", arms)} UNION ALL SELECT * FROM (SELECT {Keys} FROM customer WHERE id IN ({Granted(world.Manager)}) AND (owner_id IS NULL OR owner_id NOT IN ({notTheirs})) {rest}) g) u ORDER BY k DESC, rid DESC LIMIT 50) p JOIN customer ON seq = s ORDER BY k DESC, rid DESC";
        return floor.Answer(writer => Page(writer, sql, [.. owners.Select(owner => (object?)owner)]));
    }

    private PreparedRequest Search(int at, Func<Caller, IReadOnlyList<string>> words)
    {
        var caller = Seller(at);
        return PreparedRequest.Make("GET", "/api/v1/search?q=" + Uri.EscapeDataString(words(caller)[at / world.Sellers.Count * 17 % words(caller).Count]), caller.Token);
    }

    private int SearchFloor(int at, Func<Caller, IReadOnlyList<string>> words)
    {
        var caller = Seller(at);
        var text = words(caller)[at / world.Sellers.Count * 17 % words(caller).Count];
        var groups = SearchGroups.For(text, phones: true).Append(new AnyToken([(SearchIndex.OwnerToken(caller.Person.Id), false)])).ToList();
        var expression = floor.IsSqlite ? SqliteDialect.Expression(groups) : PostgresDialect.Expression(groups);
        return floor.Answer(writer =>
        {
            var hits = new List<(int Score, string Type, Guid Id, string Title, string? Subtitle, Guid? Owner)>();
            foreach (var (type, table, subtitle, access) in new[] { ("customers", "customer", "city", "owner_id"), ("contacts", "contact", "title", "access_owner_id") })
            {
                var (from, order) = floor.IsSqlite ? ($"{table}_search CROSS JOIN {table} t ON t.seq = {table}_search.rowid WHERE {table}_search MATCH $1", $"{table}_search.rowid") : ($"{table} t WHERE t.search @@ $1::tsquery", "t.seq");
                using var reader = floor.Read($"SELECT t.id, t.name, t.{subtitle}, t.owner_id FROM {from} AND t.{access} = $2 AND t.deleted_at IS NULL ORDER BY {order} DESC LIMIT 60", expression, caller.Person.Id);
                while (reader.Read())
                {
                    var title = reader.GetString(1);
                    hits.Add((SearchTerms.Score(text, title), type, floor.Id(reader, 0)!.Value, title, reader.IsDBNull(2) ? null : reader.GetString(2), floor.Id(reader, 3)));
                }
            }

            writer.WriteStartArray("items");
            foreach (var hit in hits.OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Title.Length).Take(20))
            {
                writer.WriteStartObject();
                writer.WriteString("type", hit.Type);
                writer.WriteString("id", hit.Id);
                writer.WriteString("title", hit.Title);
                writer.WriteString("subtitle", hit.Subtitle);
                writer.WriteString("owner", hit.Owner ?? Guid.Empty);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private int OverviewFloor(int at)
    {
        var id = Customer(at);
        var owner = Seller(at).Person.Id;
        return floor.Answer(writer =>
        {
            floor.WriteRows(writer, "customer", $"SELECT {CustomerColumns} FROM customer WHERE id = $1 AND owner_id = $2 AND deleted_at IS NULL", id, owner);
            floor.WriteRows(writer, "contacts", $"SELECT {ContactColumns} FROM contact WHERE customer_id = $1 AND deleted_at IS NULL ORDER BY is_primary DESC, name_key LIMIT 20", id);
            floor.WriteRows(writer, "open", $"SELECT {ActivityColumns} FROM activity WHERE customer_id = $1 AND deleted_at IS NULL AND status = 'planned' ORDER BY due_at, id LIMIT 20", id);
            floor.WriteRows(writer, "relations", "SELECT id, contact_id, other_contact_id, kind, strength FROM relation WHERE customer_id = $1 AND deleted_at IS NULL LIMIT 20", id);
            floor.WriteRows(writer, "timeline", $"SELECT {ActivityColumns} FROM activity WHERE customer_id = $1 AND deleted_at IS NULL ORDER BY at DESC, id DESC LIMIT 20", id);
            floor.WriteRows(writer, "changes", "SELECT seq, at, actor_id, surface, action, changes FROM ledger WHERE record_id = $1 ORDER BY seq DESC LIMIT 21", id);
            floor.WriteRows(writer, "counts", "SELECT (SELECT COUNT(*) FROM contact WHERE customer_id = $1 AND deleted_at IS NULL) AS contacts, (SELECT COUNT(*) FROM activity WHERE customer_id = $1 AND deleted_at IS NULL) AS activities, (SELECT COUNT(*) FROM relation WHERE customer_id = $1 AND deleted_at IS NULL) AS relations", id);
            floor.WriteRows(writer, "team", "SELECT id, user_id, team_id, level, member_role, until FROM access_grant WHERE record_type = 'customers' AND record_id = $1", id);
            floor.WriteRows(writer, "children", "SELECT id, name FROM customer WHERE parent_id = $1 AND deleted_at IS NULL LIMIT 50", id);
            floor.WriteRows(writer, "files", "SELECT id, name, media_type, size, created_at, created_by FROM attachment WHERE record_id = $1 AND deleted_at IS NULL", id);
            floor.WriteRows(writer, "following", "SELECT COUNT(*) AS following FROM follow WHERE record_id = $1 AND user_id = $2", id, owner);
        });
    }

    private const string CustomerColumns = "id, version, created_at, created_by, updated_at, updated_by, name, short_name, kind, relationship, level, stage, credit_code, external_id, industry, size, employees, source, phone, email, country, division_code, province, city, district, street, tags, owner_id, owned_since, last_activity_at, next_contact_at, note";
    private const string ContactColumns = "id, version, created_at, created_by, updated_at, updated_by, name, customer_id, title, department, decision_role, is_primary, phone, email, wechat, gender, owner_id, last_activity_at";
    private const string ActivityColumns = "id, version, created_at, created_by, updated_at, updated_by, kind, subject, content, customer_id, contact_id, status, priority, at, due_at, done_at, result, owner_id";
}
