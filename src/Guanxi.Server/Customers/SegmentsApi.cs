using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Platform.Segments;
using Guanxi.Server.Api;

namespace Guanxi.Server.Customers;

/// <summary>Sizes, growth and overlap of segments, the size of conditions that are being typed, and who is in a static list.</summary>
public static class SegmentsApi
{
    private const int UsualDays = 90;
    private const int MostDays = 730;

    public static void MapSegments(this RouteGroupBuilder api)
    {
        api.MapGet("/segments:sizes", SizesAsync);
        api.MapPost("/segments:size", SizeAsync);
        api.MapGet("/segments:overlap", OverlapAsync);
        api.MapGet("/segments/{id:guid}/figures", FiguresAsync);
        api.MapPost("/segments/{id:guid}:add", (HttpContext http, Guid id) => ChangeAsync(http, id, add: true)).AnsweredOnce();
        api.MapPost("/segments/{id:guid}:remove", (HttpContext http, Guid id) => ChangeAsync(http, id, add: false)).AnsweredOnce();
        api.MapGet("/customers/{id:guid}/segments", OfCustomerAsync);
    }

    private static void DemandCustomers(Actor actor)
    {
        if (actor.On(actor.Schema[Segment.Noun]).Read == Reach.None)
        {
            throw new RefusedException(Refusal.Forbidden(("你的角色不能查看客户", "Your role may not read customers")));
        }
    }

    private static async Task SizesAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        DemandCustomers(actor);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var sizes = await SegmentFigures.SizesAsync(session, actor, workspace.Now, http.RequestAborted);
        var problems = (await session.ListAsync(Sql.Of($"SELECT id, problem FROM segment WHERE problem IS NOT NULL AND deleted_at IS NULL"), row => (Id: row.Id(0), Why: row.Text(1)), http.RequestAborted)).ToDictionary(item => item.Id, item => item.Why);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var segment in actor.Directory.Segments.All)
            {
                writer.WriteStartObject();
                writer.WriteString("id", segment.Id);
                writer.WriteString("state", segment.State);
                WriteSize(writer, actor, session.Dialect, segment, sizes.GetValueOrDefault(segment.Id), workspace.Now);
                if (problems.TryGetValue(segment.Id, out var why))
                {
                    writer.WriteString("problem", why);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>The size, or why it is not told.</summary>
    private static void WriteSize(Utf8JsonWriter writer, Actor actor, Dialect dialect, SegmentInfo segment, long size, DateTimeOffset now)
    {
        if (SegmentRights.Refusal(actor, dialect, segment, actor.Schema[Segment.Noun], now) is { } refusal)
        {
            writer.WriteString("refused", refusal.In(actor.Language));
        }
        else
        {
            writer.WriteNumber("size", size);
        }
    }

    /// <summary>The size of conditions before they are saved.</summary>
    private static async Task SizeAsync(HttpContext http)
    {
        var (actor, workspace, body) = (http.Actor(), http.Workspace(), await http.BodyAsync());
        DemandCustomers(actor);
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        var size = await SegmentSize.OfAsync(session, actor, body.Word("filter"), body.Flag("exact", false), workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("value", size.Value);
            writer.WriteBoolean("exact", size.IsExact);
        });
    }

    private static async Task OverlapAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        DemandCustomers(actor);
        var ids = http.Request.Query["ids"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToList();
        if (ids.Count is < 2 or > SegmentFigures.MostOverlapping)
        {
            throw new RefusedException(Refusal.Invalid("ids", new Label($"请选择 2 到 {SegmentFigures.MostOverlapping} 个细分", $"Choose 2 to {SegmentFigures.MostOverlapping} segments")));
        }

        var type = actor.Schema[Segment.Noun];
        var segments = ids.Select(id => actor.Directory.Segments.Find(id) ?? throw new RefusedException(Refusal.NotFound)).ToList();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        foreach (var segment in segments)
        {
            SegmentRights.Demand(actor, session.Dialect, segment, type, workspace.Now);
        }

        var matrix = await SegmentFigures.OverlapAsync(session, actor, segments, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("segments");
            foreach (var segment in segments)
            {
                WriteName(writer, segment);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("matrix");
            foreach (var row in matrix)
            {
                writer.WriteStartArray();
                foreach (var count in row)
                {
                    writer.WriteNumberValue(count);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        });
    }

    private static void WriteName(Utf8JsonWriter writer, SegmentInfo segment)
    {
        writer.WriteStartObject();
        writer.WriteString("id", segment.Id);
        writer.WriteString("name", segment.Name);
        writer.WriteString("kind", segment.IsLive ? "live" : "static");
    }

    private static async Task FiguresAsync(HttpContext http, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        DemandCustomers(actor);
        var days = http.Request.Query["days"].ToString() is { Length: > 0 } text ? int.TryParse(text, out var number) && number is >= 1 and <= MostDays ? number : throw new RefusedException(Refusal.Invalid("days", new Label($"应为 1 到 {MostDays}", $"This is 1 to {MostDays}"))) : UsualDays;
        var segment = actor.Directory.Segments.Find(id) ?? throw new RefusedException(Refusal.NotFound);
        var type = actor.Schema[Segment.Noun];
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        SegmentRights.Demand(actor, session.Dialect, segment, type, workspace.Now);
        var door = AccessDoor.For(actor, type, Verb.Read, workspace.Now);
        var size = await SegmentFigures.CountAsync(session, type, segment, door, null, http.RequestAborted);
        var entered = await SegmentFigures.CountAsync(session, type, segment, door, workspace.Now.AddDays(-7), http.RequestAborted);
        var growth = await SegmentFigures.GrowthAsync(session, actor, segment, days, workspace.Now, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("id", segment.Id);
            writer.WriteString("state", segment.State);
            writer.WriteNumber("size", size);
            writer.WriteNumber("enteredThisWeek", entered);
            writer.WriteStartArray("growth");
            foreach (var (day, then) in growth)
            {
                writer.WriteStartObject();
                writer.WriteString("day", day);
                writer.WriteNumber("size", then);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task ChangeAsync(HttpContext http, Guid id, bool add)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var outcome = await http.Workspace().WriteAsync(actor, context => SegmentMembers.ChangeAsync(context, id, body, add, http.RequestAborted), cancel: http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteNumber("changed", outcome.Changed);
            writer.WriteNumber("known", outcome.Known);
            writer.WriteStartArray("unknown");
            foreach (var text in outcome.Unknown)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>The segments a customer is in, as far as the actor may ask them.</summary>
    private static async Task OfCustomerAsync(HttpContext http, Guid id)
    {
        var (actor, workspace, type) = (http.Actor(), http.Workspace(), http.Type(Segment.Noun));
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        if (!await RecordStore.ExistsAsync(session, actor, type, id, Verb.Read, workspace.Now, cancel: http.RequestAborted))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        var table = new SqlName(type.Table);
        var since = (await session.ListAsync(Sql.Of($"SELECT m.members, m.since FROM {table} t JOIN segment_member m ON m.member = t.seq WHERE t.id = {id}"), row => (Members: row.Integer(0), Since: row.Integer(1)), http.RequestAborted)).ToDictionary(item => item.Members, item => item.Since);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var segment in actor.Directory.Segments.All.Where(segment => since.ContainsKey(segment.Members) && SegmentRights.Refusal(actor, session.Dialect, segment, type, workspace.Now) is null))
            {
                WriteName(writer, segment);
                writer.WriteString("since", RecordJson.Instant(since[segment.Members]));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }
}
