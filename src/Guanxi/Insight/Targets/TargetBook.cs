using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Platform.Search;

namespace Guanxi.Insight.Targets;

/// <summary>One cell of the grid as somebody typed it; without a base the target goes.</summary>
public sealed record TargetCell(string Scope, Guid? Id, string? Line, string Period, decimal? Base, decimal? Stretch);

/// <summary>Reads and writes many targets at once: a year of the company, its teams and people.</summary>
public static class TargetBook
{
    private const int MostCells = 5000;

    public static async Task<IReadOnlyList<Record>> ReadAsync(DatabaseSession session, Actor actor, IEnumerable<SalesPeriod> periods, string measure, DateTimeOffset now, CancellationToken cancel = default) =>
        await SearchIndex.ReadAsync(session, actor.Schema["targets"], new Sql().Append("t.deleted_at IS NULL AND t.measure = ").Value(measure).Append(" AND t.period IN ").List(periods.Select(period => period.Key)).Append(" AND ").Append(AccessDoor.For(actor, actor.Schema["targets"], Verb.Read, now).Condition("t")), cancel);

    /// <summary>Sets cells of the grid, all or none.</summary>
    /// <exception cref="RefusedException">The right is missing, or a cell is wrong; the answer says which.</exception>
    public static async Task<int> SetAsync(SaveContext context, string measure, IReadOnlyList<TargetCell> cells, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageTargets);
        if (cells.Count > MostCells)
        {
            throw new RefusedException(Refusal.Invalid("cells", new Label($"一次最多 {MostCells} 格", $"At most {MostCells} cells at once")));
        }

        var type = context.Schema["targets"];
        if (type["measure"].Choices.All(choice => choice.Value != measure))
        {
            throw new RefusedException(Refusal.Invalid("measure", ("指标应为 amount、margin 或 activities", "A measure is amount, margin or activities")));
        }

        var (door, changed) = (AccessDoor.For(context.Actor, type, Verb.Edit, context.Now), 0);
        foreach (var cell in cells)
        {
            var period = SalesPeriod.Parse(cell.Period).Key;
            Reachable(context.Actor, door, cell);
            var found = (await SearchIndex.ReadAsync(context.Session, type, new Sql().Append("t.deleted_at IS NULL AND t.measure = ").Value(measure).Append(" AND t.period = ").Value(period).Append(" AND t.scope = ").Value(cell.Scope)
                .Append(cell.Scope switch { "team" => Sql.Of($" AND t.team_id = {cell.Id}"), "person" => Sql.Of($" AND t.person_id = {cell.Id}"), "productLine" => Sql.Of($" AND t.product_line = {cell.Line}"), _ => Sql.Of($"") }), cancel)).FirstOrDefault();
            if (cell.Base is null)
            {
                if (found is not null)
                {
                    await context.SetDeletedAsync(found, deleted: true, cancel);
                    changed++;
                }

                continue;
            }

            var record = found ?? type.Create(type);
            (record["period"], record["scope"], record["measure"], record["base"], record["stretch"]) = (period, cell.Scope, measure, cell.Base, cell.Stretch);
            record[cell.Scope is "team" ? "team" : "person"] = cell.Scope is "team" or "person" ? cell.Id : null;
            record["productLine"] = cell.Scope == "productLine" ? cell.Line : null;
            if (found is null)
            {
                await context.InsertAsync(record, cancel);
                changed++;
            }
            else if (await context.UpdateAsync(record, cancel: cancel))
            {
                changed++;
            }
        }

        return changed;
    }

    private static void Reachable(Actor actor, AccessDoor door, TargetCell cell)
    {
        if (!Reaches(actor, door, cell.Scope, cell.Id))
        {
            throw new RefusedException(Refusal.Invalid("cells", NotOurs));
        }
    }

    internal static Label NotOurs { get; } = ("只能为自己团队的人员和团队定目标", "Targets are set for the people and teams one leads");

    /// <summary>Targets are set for those whose deals one reaches; the company's and a product line's by whoever reaches everything.</summary>
    internal static bool Reaches(Actor actor, AccessDoor door, string? scope, Guid? id) => scope switch
    {
        "person" => actor.Directory.Person(id) is { } person && (door.Everything || door.Owners.Contains(person.Id)),
        "team" => actor.Directory.Team(id) is { } team && (door.Everything || team.ManagerId == actor.Id || (door.Reach == Reach.TeamAndBelow && actor.Person.TeamId is { } own && actor.Directory.TeamAndAbove(team.Id).Contains(own))),
        _ => door.Everything,
    };

    /// <summary>Reads the cells of a request.</summary>
    public static IReadOnlyList<TargetCell> Parse(JsonElement json)
    {
        static RefusedException Wrong(string what) => new(Refusal.Invalid("cells", new Label($"目标格无法读取：{what}", $"A cell cannot be read: {what}")));
        static decimal? Number(JsonElement cell, string name) => !cell.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : throw Wrong(name);
        if (json.ValueKind != JsonValueKind.Array)
        {
            throw Wrong("cells");
        }

        var cells = new List<TargetCell>();
        foreach (var cell in json.EnumerateArray())
        {
            if (cell.ValueKind != JsonValueKind.Object || !cell.TryGetProperty("scope", out var scope) || scope.ValueKind != JsonValueKind.String || scope.GetString() is not ("company" or "team" or "person" or "productLine") || !cell.TryGetProperty("period", out var period) || period.ValueKind != JsonValueKind.String)
            {
                throw Wrong("scope, period");
            }

            Guid? id = cell.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String ? Guid.TryParse(given.GetString(), out var parsed) ? parsed : throw Wrong("id") : null;
            cells.Add(new TargetCell(scope.GetString()!, id, cell.TryGetProperty("line", out var line) && line.ValueKind == JsonValueKind.String ? line.GetString() : null, period.GetString()!, Number(cell, "base"), Number(cell, "stretch")));
        }

        return cells;
    }
}
