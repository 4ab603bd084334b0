using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>
/// The one door to records: turns "this actor wants to read these" into a condition of the query itself, so that no list, count, sum, export or search can forget it.
/// The condition comes as alternatives ("arms"), each of which an index can serve in the order wanted.
/// </summary>
public sealed class AccessDoor
{
    private readonly Actor actor;
    private readonly RecordType type;
    private readonly DateTimeOffset now;
    private readonly Verb verb;

    private AccessDoor(Actor actor, RecordType type, Verb verb, DateTimeOffset now)
    {
        (this.actor, this.type, this.verb, this.now) = (actor, type, verb, now);
        Reach = actor.On(type).For(verb);
        Everything = Reach == Reach.All;
        Nothing = Reach == Reach.None;
        Owners = Reach switch
        {
            Reach.Own => [actor.Id],
            Reach.Team => [.. actor.Directory.Members(actor.Person.TeamId, below: false).Append(actor.Id).Distinct()],
            Reach.TeamAndBelow => [.. actor.Directory.Members(actor.Person.TeamId, below: true).Append(actor.Id).Distinct()],
            _ => [],
        };
    }

    public static AccessDoor For(Actor actor, RecordType type, Verb verb, DateTimeOffset now) => new(actor, type, verb, now);

    public Reach Reach { get; }

    public bool Everything { get; }

    public bool Nothing { get; }

    /// <summary>The owners whose records the actor reaches.</summary>
    public IReadOnlyList<Guid> Owners { get; }

    /// <summary>One condition over alias <paramref name="t"/>.</summary>
    public Sql Condition(string t)
    {
        if (Everything)
        {
            return Sql.Of($"1 = 1");
        }

        if (Nothing)
        {
            return Sql.Of($"1 = 0");
        }

        var sql = new Sql().Append($"({t}.{type.AccessOwnerColumn} IN ").List(Owners);
        if (type.Access == AccessKind.Child)
        {
            sql.Append($" OR {t}.owner_id = ").Value(actor.Id);
        }

        return sql.Append(" OR ").Append(Granted(t)).Append(")");
    }

    /// <summary>
    /// The same condition as alternatives that exclude each other, for a list that must come in the order of an index:
    /// one an owner while they are few, then what was shared. A wide reach is a single alternative.
    /// </summary>
    /// <param name="ordered">Whether the index of what is one's own on others' customers has the order of the list; else its few rows are gathered first, or SQLite would walk everybody's in that order to find them.</param>
    /// <param name="elsewhere">False when it is known that nothing wanted is reached otherwise than through one's people.</param>
    public IReadOnlyList<Sql> Arms(string t, int mostOwners = 12, bool ordered = false, bool elsewhere = true)
    {
        if (Everything || Nothing || Owners.Count > mostOwners)
        {
            return [elsewhere ? Condition(t) : Owned($"{t}.{type.AccessOwnerColumn}")];
        }

        var arms = Owners.Select(id => new Sql().Append($"{t}.{type.AccessOwnerColumn} = ").Value(id)).ToList();
        if (elsewhere)
        {
            arms.AddRange(Otherwise(t, ordered));
        }

        return arms;
    }

    /// <summary>The same condition as alternatives that exclude each other, for a sum, to which the order is nothing: all owners in one, then what is reached otherwise. An OR of them would read the whole table.</summary>
    public IReadOnlyList<Sql> Parts(string t) => [Owned($"{t}.{type.AccessOwnerColumn}"), .. Elsewhere(t)];

    /// <summary>What belongs to the actor's people, or everything: a condition over whatever column carries the owner, of kept sums too.</summary>
    public Sql Owned(string column) => Everything ? Sql.Of($"1 = 1") : Nothing ? Sql.Of($"1 = 0") : new Sql().Append($"{column} IN ").List(Owners);

    /// <summary>What is reached though it belongs to none of the actor's people: alternatives that exclude each other.</summary>
    public IReadOnlyList<Sql> Elsewhere(string t) => Everything || Nothing ? [] : Otherwise(t, ordered: false);

    /// <summary>What is reached though its owner is none of the actor's.</summary>
    private List<Sql> Otherwise(string t, bool ordered)
    {
        var arms = new List<Sql>();
        Sql NotOwned(string t) => new Sql().Append($"({t}.{type.AccessOwnerColumn} IS NULL OR {t}.{type.AccessOwnerColumn} NOT IN ").List(Owners).Append(")");
        if (type.Access == AccessKind.Child)
        {
            // The last condition says nothing new: it is that of the small index of records that are one's own on another's customer.
            Sql Elsewhere(string t) => new Sql().Append($"{t}.owner_id = ").Value(actor.Id).Append(" AND ").Append(NotOwned(t)).Append($" AND ({t}.{type.AccessOwnerColumn} IS NULL OR {t}.{type.AccessOwnerColumn} <> {t}.owner_id)");
            arms.Add(ordered ? Elsewhere(t) : new Sql().Append($"{t}.seq IN (SELECT e.seq FROM {type.Table} e WHERE e.deleted_at IS NULL AND ").Append(Elsewhere("e")).Append(")"));
            arms.Add(Granted(t).Append(" AND ").Append(NotOwned(t)).Append($" AND ({t}.owner_id IS NULL OR {t}.owner_id <> ").Value(actor.Id).Append(")"));
        }
        else
        {
            arms.Add(Granted(t).Append(" AND ").Append(NotOwned(t)));
        }

        return arms;
    }

    /// <summary>Only what reaches the actor otherwise than by ownership: grants, and for children what is his own on another's customer.</summary>
    public Sql Shared(string t)
    {
        var sql = new Sql().Append("(");
        if (type.Access == AccessKind.Child)
        {
            sql.Append($"{t}.owner_id = ").Value(actor.Id).Append(" OR ");
        }

        return sql.Append(Granted(t)).Append(")");
    }

    /// <summary>Shared with the actor, with one of the teams above, or through the account team of the customer.</summary>
    private Sql Granted(string t)
    {
        var (root, key) = type.Access == AccessKind.Child ? (actor.Schema[type[type.ParentField!].Reference!], $"{t}.{type[type.ParentField!].Column}") : (type, $"{t}.id");
        var teams = actor.Directory.TeamAndAbove(actor.Person.TeamId);
        var sql = new Sql().Append($"{key} IN (SELECT record_id FROM access_grant WHERE user_id = ").Value(actor.Id).Append(" AND record_type = ").Value(root.Name).Append(Valid());
        if (teams.Count > 0)
        {
            sql.Append(" UNION ALL SELECT record_id FROM access_grant WHERE team_id IN ").List(teams).Append(" AND record_type = ").Value(root.Name).Append(Valid());
        }

        return sql.Append(")");
    }

    private Sql Valid()
    {
        var sql = new Sql().Append(" AND (until IS NULL OR until > ").Value(now).Append(")");
        return verb == Verb.Read ? sql : verb == Verb.Edit ? sql.Append(" AND level = 'edit'") : sql.Append(" AND 1 = 0");
    }
}
