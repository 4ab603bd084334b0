using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Saved views: a filter with columns, order, density and grouping, for oneself, the team or everybody.</summary>
public static class ViewsApi
{
    public static void MapViews(this RouteGroupBuilder api)
    {
        api.MapGet("/views", ListAsync);
        api.MapPost("/views", CreateAsync).AnsweredOnce();
        api.MapPatch("/views/{id:guid}", ChangeAsync);
        api.MapDelete("/views/{id:guid}", DeleteAsync);
    }

    private sealed record View(Guid Id, string Type, string Name, string Scope, Guid Owner, string Definition);

    private static View Read(Row row) => new(row.Id(0), row.Text(1), row.Text(2), row.Text(3), row.Id(4), row.Text(5));

    /// <summary>Mine, those of the teams I stand in or under, and the public ones.</summary>
    private static Sql Visible(Actor actor) => new Sql().Append("SELECT id, record_type, name, scope, owner_id, definition FROM saved_view WHERE (owner_id = ").Value(actor.Id)
        .Append(" OR scope = 'public' OR (scope = 'team' AND team_id IN ").List(actor.Directory.TeamAndAbove(actor.Person.TeamId)).Append("))");

    private static async Task ListAsync(HttpContext http)
    {
        var actor = http.Actor();
        var statement = Visible(actor);
        if (http.Request.Query["type"].ToString() is { Length: > 0 } type)
        {
            statement.Append(" AND record_type = ").Value(type);
        }

        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var views = await session.ListAsync(statement.Append(" ORDER BY name LIMIT 500"), Read, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var view in views.Where(view => http.Workspace().Schema.Find(view.Type) is { } noun && actor.On(noun).Read != Reach.None))
            {
                writer.WriteStartObject();
                Write(writer, actor, view);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, View view)
    {
        writer.WriteString("id", view.Id);
        writer.WriteString("type", view.Type);
        writer.WriteString("name", view.Name);
        writer.WriteString("scope", view.Scope);
        writer.WritePropertyName("definition");
        writer.WriteRawValue(view.Definition);
        writer.WriteStartObject("owner");
        writer.WriteString("id", view.Owner);
        writer.WriteString("name", actor.Directory.Person(view.Owner)?.Name ?? "");
        writer.WriteEndObject();
        writer.WriteBoolean("mine", view.Owner == actor.Id);
    }

    private static async Task CreateAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var type = http.Workspace().Schema.Find(body.Needed("type")) ?? throw new RefusedException(Refusal.Invalid("type", ("没有这种记录", "There is no such record type")));
        var scope = Scope(actor, body.Word("scope") ?? "personal");
        var name = Name(body.Needed("name"));
        var definition = Definition(actor, type, body);
        var view = await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var id = Guid.CreateVersion7(context.Now);
                var json = new SqlName(context.Session.Dialect.JsonParameter);
                await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO saved_view (id, record_type, name, scope, owner_id, team_id, definition, created_at, updated_at) VALUES ({id}, {type.Name}, {name}, {scope}, {actor.Id}, {actor.Person.TeamId}, {definition}{json}, {context.Now}, {context.Now})"), http.RequestAborted);
                return new View(id, type.Name, name, scope, actor.Id, definition);
            },
            cancel: http.RequestAborted);
        await http.JsonAsync(writer => Write(writer, actor, view), 201);
    }

    private static async Task ChangeAsync(HttpContext http, Guid id)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var view = await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                var before = await OwnAsync(context, id, http.RequestAborted);
                var type = http.Type(before.Type);
                var changed = before with
                {
                    Name = body.Word("name") is { } name ? Name(name) : before.Name,
                    Scope = body.Word("scope") is { } scope ? Scope(actor, scope) : before.Scope,
                    Definition = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("definition", out _) ? Definition(actor, type, body) : before.Definition,
                };
                var json = new SqlName(context.Session.Dialect.JsonParameter);
                await context.Session.ExecuteAsync(Sql.Of($"UPDATE saved_view SET name = {changed.Name}, scope = {changed.Scope}, definition = {changed.Definition}{json}, team_id = {actor.Person.TeamId}, updated_at = {context.Now} WHERE id = {id}"), http.RequestAborted);
                return changed;
            },
            cancel: http.RequestAborted);
        await http.JsonAsync(writer => Write(writer, actor, view));
    }

    private static async Task DeleteAsync(HttpContext http, Guid id)
    {
        await http.Workspace().WriteAsync(
            http.Actor(),
            async context =>
            {
                await OwnAsync(context, id, http.RequestAborted);
                await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM saved_view WHERE id = {id}"), http.RequestAborted);
            },
            cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task<View> OwnAsync(SaveContext context, Guid id, CancellationToken cancel)
    {
        var view = await context.Session.FirstAsync(Visible(context.Actor).Append(" AND id = ").Value(id), Read, cancel) ?? throw new RefusedException(Refusal.NotFound);
        return view.Owner == context.Actor.Id || (view.Scope == "public" && context.Actor.Has(Functions.ManageViews)) ? view : throw new RefusedException(Refusal.Forbidden(("只能修改自己的视图", "Only your own views can be changed")));
    }

    private static string Name(string name) => name.Trim() is { Length: > 0 and <= 60 } text ? text : throw new RefusedException(Refusal.Invalid("name", ("名称 1 到 60 个字", "A name has 1 to 60 characters")));

    private static string Scope(Actor actor, string scope)
    {
        if (scope is not ("personal" or "team" or "public"))
        {
            throw new RefusedException(Refusal.Invalid("scope", ("scope 应为 personal、team 或 public", "scope is personal, team or public")));
        }

        return scope == "public" && !actor.Has(Functions.ManageViews) ? throw new RefusedException(Refusal.Forbidden(("发布公共视图需要相应权限", "Publishing a public view needs the right to do so"))) : scope;
    }

    /// <summary>A view that cannot run is refused when it is saved, not when it is opened.</summary>
    private static string Definition(Actor actor, RecordType type, JsonElement body)
    {
        if (!body.TryGetProperty("definition", out var definition) || definition.ValueKind != JsonValueKind.Object || definition.GetRawText().Length > 30_000)
        {
            throw new RefusedException(Refusal.Invalid("definition", ("视图内容应为对象", "The definition should be an object")));
        }

        var query = ListQuery.Parse(actor, type, definition.Word("filter"), definition.Word("sort"));
        _ = new ListSql(actor, query, new SqliteDialect(), DateTimeOffset.UnixEpoch).Conditions();
        return definition.GetRawText();
    }
}
