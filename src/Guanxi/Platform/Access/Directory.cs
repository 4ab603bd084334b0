using System.Collections.Frozen;
using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Platform.Access;

public sealed record Person(Guid Id, string Name, string UserName, string? Email, Guid RoleId, Guid? TeamId, bool Active, string? Language, string? TimeZone, string? Preferences);

public sealed record TeamNode(Guid Id, string Name, Guid? ParentId, Guid? ManagerId);

public sealed record Role(Guid Id, string Name, string Key, FrozenSet<string> Functions, FrozenDictionary<string, TypeRights> Types, FrozenDictionary<string, FrozenDictionary<string, FieldRight>> FieldRights)
{
    /// <summary>The administrator's role cannot be cut down, or a company could lock itself out.</summary>
    public bool IsAdministrator => Key == "administrator";

    public bool Has(string function) => IsAdministrator || Functions.Contains(function);

    public TypeRights On(string type) => IsAdministrator ? TypeRights.Full : Types.GetValueOrDefault(type) ?? TypeRights.Nothing;
}

/// <summary>People, teams and roles as they are now, in memory. Immutable; a change makes a new one, in this process at once and in others within two seconds.</summary>
public sealed class Directory
{
    private readonly FrozenDictionary<Guid, Person> people;
    private readonly FrozenDictionary<Guid, TeamNode> teams;
    private readonly FrozenDictionary<Guid, Role> roles;
    private readonly FrozenDictionary<Guid, Guid[]> members;

    public Directory(long generation, IEnumerable<Person> people, IEnumerable<TeamNode> teams, IEnumerable<Role> roles)
    {
        Generation = generation;
        this.people = people.ToFrozenDictionary(person => person.Id);
        this.teams = teams.ToFrozenDictionary(team => team.Id);
        this.roles = roles.ToFrozenDictionary(role => role.Id);
        members = this.people.Values.Where(person => person.TeamId is not null).GroupBy(person => person.TeamId!.Value).ToFrozenDictionary(group => group.Key, group => group.Select(person => person.Id).ToArray());
    }

    public long Generation { get; }

    /// <summary>Who asked to be forgotten.</summary>
    public Privacy.BlockList Blocked { get; internal set; } = Privacy.BlockList.None;

    /// <summary>The segments and what they ask, so that a filter can name one.</summary>
    public Segments.SegmentBook Segments { get; internal set; } = Platform.Segments.SegmentBook.None;

    /// <summary>How many customers who may have.</summary>
    public HoldingBook Holdings { get; private init; } = HoldingBook.None;

    public IEnumerable<Person> People => people.Values;

    public IEnumerable<TeamNode> Teams => teams.Values;

    public IEnumerable<Role> Roles => roles.Values;

    public Person? Person(Guid? id) => id is { } key ? people.GetValueOrDefault(key) : null;

    public TeamNode? Team(Guid? id) => id is { } key ? teams.GetValueOrDefault(key) : null;

    public Role? Role(Guid? id) => id is { } key ? roles.GetValueOrDefault(key) : null;

    public string? NameOf(string type, Guid id) => type switch
    {
        "users" => Person(id)?.Name,
        "teams" => Team(id)?.Name,
        "roles" => Role(id)?.Name,
        _ => null,
    };

    /// <summary>The team and every team above it.</summary>
    public IReadOnlyList<Guid> TeamAndAbove(Guid? team)
    {
        var line = new List<Guid>();
        while (Team(team) is { } node && !line.Contains(node.Id))
        {
            line.Add(node.Id);
            team = node.ParentId;
        }

        return line;
    }

    /// <summary>Everyone in the team; with <paramref name="below"/> also in the teams under it.</summary>
    public IReadOnlyList<Guid> Members(Guid? team, bool below)
    {
        if (team is not { } root)
        {
            return [];
        }

        if (!below)
        {
            return members.GetValueOrDefault(root) ?? [];
        }

        var found = new List<Guid>();
        var waiting = new Queue<Guid>([root]);
        var seen = new HashSet<Guid>();
        while (waiting.TryDequeue(out var at))
        {
            if (!seen.Add(at))
            {
                continue;
            }

            found.AddRange(members.GetValueOrDefault(at) ?? []);
            foreach (var child in teams.Values.Where(node => node.ParentId == at))
            {
                waiting.Enqueue(child.Id);
            }
        }

        return found;
    }

    public static async Task<Directory> LoadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var generation = await session.ScalarAsync<long>(Sql.Of($"SELECT number FROM generation WHERE name = 'directory'"), cancel);
        var allPeople = await session.ListAsync(
            Sql.Of($"SELECT id, name, user_name, email, role_id, team_id, active, language, time_zone, preferences FROM app_user WHERE deleted_at IS NULL"),
            row => new Person(row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.OptionalId(4) ?? Guid.Empty, row.OptionalId(5), row.Integer(6) != 0, row.OptionalText(7), row.OptionalText(8), row.OptionalText(9)),
            cancel);
        var allTeams = await session.ListAsync(
            Sql.Of($"SELECT id, name, parent_id, manager_id FROM team WHERE deleted_at IS NULL"),
            row => new TeamNode(row.Id(0), row.Text(1), row.OptionalId(2), row.OptionalId(3)),
            cancel);
        var allRoles = await session.ListAsync(
            Sql.Of($"SELECT id, name, key, functions, scopes, field_rights FROM role WHERE deleted_at IS NULL"),
            row => ReadRole(row.Id(0), row.Text(1), row.Text(2), row.OptionalText(3), row.OptionalText(4), row.OptionalText(5)),
            cancel);
        return new Directory(generation, allPeople, allTeams, allRoles) { Segments = await Platform.Segments.SegmentBook.LoadAsync(session, cancel), Holdings = await HoldingBook.LoadAsync(session, cancel) };
    }

    private static Role ReadRole(Guid id, string name, string key, string? functions, string? scopes, string? fieldRights)
    {
        var types = new Dictionary<string, TypeRights>(StringComparer.Ordinal);
        if (scopes is not null)
        {
            using var document = JsonDocument.Parse(scopes);
            foreach (var type in document.RootElement.EnumerateObject())
            {
                types[type.Name] = TypeRights.FromJson(type.Value);
            }
        }

        var fields = new Dictionary<string, FrozenDictionary<string, FieldRight>>(StringComparer.Ordinal);
        if (fieldRights is not null)
        {
            using var document = JsonDocument.Parse(fieldRights);
            foreach (var type in document.RootElement.EnumerateObject())
            {
                fields[type.Name] = type.Value.EnumerateObject().ToFrozenDictionary(field => field.Name, field => FieldRightNamed(field.Value.GetString()) ?? FieldRight.Hidden, StringComparer.Ordinal);
            }
        }

        string[] granted = [];
        if (functions is not null)
        {
            using var document = JsonDocument.Parse(functions);
            granted = [.. document.RootElement.EnumerateArray().Select(item => item.GetString()!)];
        }

        return new Role(id, name, key, granted.ToFrozenSet(StringComparer.Ordinal), types.ToFrozenDictionary(StringComparer.Ordinal), fields.ToFrozenDictionary(StringComparer.Ordinal));
    }

    public static FieldRight? FieldRightNamed(string? name) => name switch
    {
        "hidden" => FieldRight.Hidden,
        "masked" => FieldRight.Masked,
        "read" => FieldRight.Read,
        "edit" => FieldRight.Edit,
        _ => null,
    };
}
