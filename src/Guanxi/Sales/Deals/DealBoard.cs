using System.Buffers;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Sales.Processes;

namespace Guanxi.Sales.Deals;

/// <summary>The open deals of a process as columns: for each stage how many, their sum, the sum weighted by probability, and the first cards, those first that need attention.</summary>
public static class DealBoard
{
    private const int CardsAColumn = 20;

    /// <summary>People whose deals are each walked in the order wanted; with more, those of a column are sorted.</summary>
    private const int MostOwners = 60;

    private static readonly string[] CardFields = ["name", "customer", "amount", "homeAmount", "probability", "expectedClose", "stageSince", "nextActivityAt", "owner"];

    /// <param name="Elsewhere">Whether some of them are reached otherwise than through the actor's people.</param>
    private readonly record struct Column(long Count, decimal Sum, decimal Weighted, bool Elsewhere)
    {
        public Column With(Column other) => new(Count + other.Count, Sum + other.Sum, Weighted + other.Weighted, Elsewhere || other.Elsewhere);
    }

    public static async Task WriteAsync(IBufferWriter<byte> output, DatabaseSession session, Actor actor, Guid process, string? filter, string? words, DateTimeOffset now, CancellationToken cancel = default)
    {
        var type = actor.Schema["deals"];
        var record = await RecordStore.LoadAsync(session, actor, actor.Schema["sales-processes"], process, Verb.Read, now, cancel: cancel);
        var definition = ProcessDefinition.Read(record.Text("definition")!);
        var query = ListQuery.Parse(actor, type, filter, "nextActivityAt", string.Join(',', CardFields.Where(name => actor.On(type, type[name]) != FieldRight.Hidden)), CardsAColumn, null, words);
        var sums = await SumsAsync(session, actor, query, process, now, cancel);
        await using var writer = new Utf8JsonWriter(output, ListReader.Json);
        writer.WriteStartObject();
        writer.WriteString("process", process);
        writer.WriteStartArray("columns");
        var known = definition.Stages.Select(stage => stage.Key).ToList();
        foreach (var key in known.Concat(sums.Keys.Where(key => !known.Contains(key, StringComparer.Ordinal))))
        {
            var stage = definition.Stages.FirstOrDefault(candidate => candidate.Key == key);
            writer.WriteStartObject();
            writer.WriteString("stage", key);
            writer.WriteString("name", stage?.Name ?? key);
            writer.WriteNumber("expectedDays", stage?.ExpectedDays ?? 0);
            writer.WriteString("guidance", stage?.Guidance);
            var column = sums.GetValueOrDefault(key);
            writer.WriteNumber("count", column.Count);
            writer.WriteNumber("sum", column.Sum);
            writer.WriteNumber("weighted", decimal.Round(column.Weighted, 2));
            writer.WritePropertyName("deals");
            await CardsAsync(writer, session, actor, query, process, key, column, now, cancel);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static FilterNode InStage(ListQuery query, Guid process, string? stage)
    {
        var items = new List<FilterNode>
        {
            new FilterNode.Compare("status", "=", [new FilterValue("open", true)]),
            new FilterNode.Compare("process", "=", [new FilterValue(process.ToString(), true)]),
        };
        if (stage is not null)
        {
            items.Add(new FilterNode.Compare("stage", "=", [new FilterValue(stage, true)]));
        }

        if (query.Filter is { } own)
        {
            items.Add(own);
        }

        return new FilterNode.And(items);
    }

    /// <summary>Amounts in the company's currency. A board without filter is added up from kept sums, one with a filter from its rows.</summary>
    private static async Task<Dictionary<string, Column>> SumsAsync(DatabaseSession session, Actor actor, ListQuery query, Guid process, DateTimeOffset now, CancellationToken cancel)
    {
        var type = query.Type;
        var (sums, chances) = (actor.Reads(type, type["homeAmount"]), actor.Reads(type, type["homeAmount"]) && actor.Reads(type, type["probability"]));
        actor.Reading.Ask(type, type["homeAmount"]);
        var sql = new ListSql(actor, query with { Filter = InStage(query, process, null) }, session.Dialect, now);
        var door = sql.Door();
        ValueTask<List<(string Stage, Column Sums)>> ReadAsync(Sql statement, bool elsewhere) => session.ListAsync(
            statement,
            row =>
            {
                var (count, sum, weighted) = DealSums.Read(row, 1);
                return (row.Text(0), new Column(count, sums ? sum : 0m, chances ? weighted : 0m, elsewhere));
            },
            cancel);
        if (query.Words is not null)
        {
            return (await ReadAsync(DealSums.By(["stage"], null, sql.Parts(), sql.Conditions()), elsewhere: true)).ToDictionary(item => item.Stage, item => item.Sums, StringComparer.Ordinal);
        }

        var own = query.Filter is null
            ? DealSums.By(["stage"], new Sql().Append("s.process_id = ").Value(process).Append(" AND ").Append(door.Owned("s.access_owner_id")), [], sql.Conditions())
            : DealSums.By(["stage"], null, [door.Owned("t.access_owner_id")], sql.Conditions());
        var columns = (await ReadAsync(own, elsewhere: false)).ToDictionary(item => item.Stage, item => item.Sums, StringComparer.Ordinal);
        if (door.Elsewhere("t") is { Count: > 0 } others)
        {
            foreach (var (stage, more) in await ReadAsync(DealSums.By(["stage"], null, others, sql.Conditions()), elsewhere: true))
            {
                columns[stage] = more.With(columns.GetValueOrDefault(stage));
            }
        }

        return columns;
    }

    private static async Task CardsAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, ListQuery query, Guid process, string stage, Column column, DateTimeOffset now, CancellationToken cancel)
    {
        writer.WriteStartArray();
        if (column.Count > 0)
        {
            var page = query with { Filter = InStage(query, process, stage), Count = CountMode.None };
            var sql = new ListSql(actor, page, session.Dialect, now) { MostArms = MostOwners, Elsewhere = column.Elsewhere };
            var left = page.Limit;
            foreach (var emptyPhase in ListReader.Phases(page))
            {
                if (left == 0)
                {
                    break;
                }

                await using var reader = await session.ReadAsync(sql.Page(emptyPhase, left), cancel);
                while (left > 0 && await reader.ReadAsync(cancel))
                {
                    RecordJson.WriteRow(writer, actor, sql.Plan, reader, session.Dialect);
                    sql.NoteRead(reader);
                    left--;
                }
            }
        }

        writer.WriteEndArray();
    }
}
