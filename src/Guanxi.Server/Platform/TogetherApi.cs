using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Approvals;
using Guanxi.Platform.Files;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>Working together on a record: sharing, following, files, notifications.</summary>
public static class TogetherApi
{
    public static void MapTogether(this RouteGroupBuilder api, IEnumerable<string> types)
    {
        foreach (var type in types)
        {
            api.MapGet($"/{type}/{{id:guid}}/access", (HttpContext http, Guid id) => AccessAsync(http, type, id)).WithName($"{type}.access");
            api.MapGet($"/{type}/{{id:guid}}/shares", (HttpContext http, Guid id) => SharesAsync(http, type, id)).WithName($"{type}.shares");
            api.MapPost($"/{type}/{{id:guid}}/shares", (HttpContext http, Guid id) => ShareAsync(http, type, id)).WithName($"{type}.share").AnsweredOnce();
            api.MapDelete($"/{type}/{{id:guid}}/shares/{{share:guid}}", (HttpContext http, Guid id, Guid share) => UnshareAsync(http, type, id, share)).WithName($"{type}.unshare");
            api.MapGet($"/{type}/{{id:guid}}/follow", (HttpContext http, Guid id) => FollowingAsync(http, type, id)).WithName($"{type}.following");
            api.MapPut($"/{type}/{{id:guid}}/follow", (HttpContext http, Guid id) => FollowAsync(http, type, id, follow: true)).WithName($"{type}.follow");
            api.MapDelete($"/{type}/{{id:guid}}/follow", (HttpContext http, Guid id) => FollowAsync(http, type, id, follow: false)).WithName($"{type}.unfollow");
            api.MapGet($"/{type}/{{id:guid}}/followers", (HttpContext http, Guid id) => FollowersAsync(http, type, id)).WithName($"{type}.followers");
            api.MapGet($"/{type}/{{id:guid}}/files", (HttpContext http, Guid id) => FilesAsync(http, type, id)).WithName($"{type}.files");
            api.MapPost($"/{type}/{{id:guid}}/files", (HttpContext http, Guid id) => UploadAsync(http, type, id)).WithName($"{type}.upload").DisableAntiforgery().AnsweredOnce();
        }

        api.MapGet("/files/{file:guid}", DownloadAsync);
        api.MapDelete("/files/{file:guid}", RemoveFileAsync);
        api.MapGet("/notifications", NotificationsAsync);
        api.MapPost("/notifications:read", ReadNotificationsAsync).AnsweredOnce();
    }

    private static async Task AccessAsync(HttpContext http, string type, Guid id)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        Guid? only = Guid.TryParse(http.Request.Query["user"], out var user) ? user : null;
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await MustSeeAsync(http, session, type, id);
        if (only != actor.Id && !await RecordStore.ExistsAsync(session, actor, http.Type(type), id, Verb.Edit, workspace.Now, cancel: http.RequestAborted))
        {
            // Whoever may share it may know with whom; about others' records it is a right of its own.
            actor.Demand(Functions.ExplainAccess);
        }

        await http.JsonAsync(async buffer =>
        {
            await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
            writer.WriteStartObject();
            await AccessExplanation.WriteAsync(writer, session, actor, http.Type(type), id, only, workspace.Now, http.RequestAborted);
            writer.WriteEndObject();
        });
    }

    private static async Task MustSeeAsync(HttpContext http, DatabaseSession session, string type, Guid id)
    {
        if (!await RecordStore.ExistsAsync(session, http.Actor(), http.Type(type), id, Verb.Read, http.Workspace().Now, cancel: http.RequestAborted))
        {
            throw new RefusedException(Refusal.NotFound);
        }
    }

    private static async Task SharesAsync(HttpContext http, string type, Guid id)
    {
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await MustSeeAsync(http, session, type, id);
        await ItemsAsync(http, writer => Grants.WriteListAsync(writer, session, http.Actor(), type, id, workspace.Now, http.RequestAborted));
    }

    private static Task ItemsAsync(HttpContext http, Func<Utf8JsonWriter, Task> array) => http.JsonAsync(async buffer =>
    {
        await using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
        writer.WriteStartObject();
        writer.WritePropertyName("items");
        await array(writer);
        writer.WriteEndObject();
    });

    private static async Task ShareAsync(HttpContext http, string type, Guid id)
    {
        var body = await http.BodyAsync();
        DateTimeOffset? until = null;
        if (body.Word("until") is { Length: > 0 } text)
        {
            // A day means to the end of that day where the person is.
            until = Period.Parse(text, http.Workspace().Now, http.Actor().TimeZone) is { } period ? period.Until : throw new RefusedException(Refusal.Invalid("until", ("应为日期，例如 2026-12-31", "This should be a date such as 2026-12-31")));
        }

        var role = body.Word("role")?.Trim();
        var share = await Grants.AddAsync(http.Workspace(), http.Actor(), http.Type(type), id, body.Id("user"), body.Id("team"), body.Word("level") ?? "read", string.IsNullOrEmpty(role) ? null : role[..Math.Min(60, role.Length)], until, http.RequestAborted);
        await http.JsonAsync(writer => writer.WriteString("id", share), 201);
    }

    private static async Task UnshareAsync(HttpContext http, string type, Guid id, Guid share)
    {
        await Grants.RemoveAsync(http.Workspace(), http.Actor(), http.Type(type), id, share, http.RequestAborted);
        await http.NoContent();
    }

    private static async Task FollowingAsync(HttpContext http, string type, Guid id)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await MustSeeAsync(http, session, type, id);
        var following = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM follow WHERE record_id = {id} AND user_id = {http.Actor().Id}"), http.RequestAborted) > 0;
        await http.JsonAsync(writer => writer.WriteBoolean("following", following));
    }

    private static async Task FollowAsync(HttpContext http, string type, Guid id, bool follow)
    {
        var actor = http.Actor();
        await http.Workspace().WriteAsync(
            actor,
            async context =>
            {
                await Guanxi.Platform.Merging.MergeHold.HoldAsync(context.Session, http.Type(type), id, http.RequestAborted);
                await MustSeeAsync(http, context.Session, type, id);
                if (actor.Scope?.Writes(type) == false)
                {
                    throw new RefusedException(Refusal.Forbidden(("令牌的范围不包括这项操作", "The token's scope does not cover this")));
                }

                await context.Session.ExecuteAsync(
                    follow
                        ? Sql.Of($"INSERT INTO follow (record_type, record_id, user_id, at) VALUES ({type}, {id}, {actor.Id}, {context.Now}) ON CONFLICT (record_id, user_id) DO NOTHING")
                        : Sql.Of($"DELETE FROM follow WHERE record_id = {id} AND user_id = {actor.Id}"),
                    http.RequestAborted);
            },
            cancel: http.RequestAborted);
        await http.NoContent();
    }

    private static async Task FollowersAsync(HttpContext http, string type, Guid id)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await MustSeeAsync(http, session, type, id);
        var people = await session.ListAsync(Sql.Of($"SELECT user_id FROM follow WHERE record_id = {id}"), row => row.Id(0), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var person in people.Select(user => actor.Directory.Person(user)).OfType<Person>())
            {
                writer.WriteStartObject();
                writer.WriteString("id", person.Id);
                writer.WriteString("name", person.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task FilesAsync(HttpContext http, string type, Guid id)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        await MustSeeAsync(http, session, type, id);
        await ItemsAsync(http, writer => Attachments.WriteListAsync(writer, session, http.Actor(), id, http.RequestAborted));
    }

    private static async Task UploadAsync(HttpContext http, string type, Guid id)
    {
        var actor = http.Actor();
        if (!http.Request.HasFormContentType)
        {
            throw new RefusedException(Refusal.Malformed(("请以 multipart/form-data 上传文件", "Send the file as multipart/form-data")));
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        var file = form.Files.Count == 1 ? form.Files[0] : throw new RefusedException(Refusal.Invalid("file", ("请上传一个文件", "Send one file")));
        await using var content = file.OpenReadStream();
        var added = await Attachments.AddAsync(http.Workspace(), actor, http.Type(type), id, file.FileName, content, http.RequestAborted);
        await http.JsonAsync(
            buffer =>
            {
                using var writer = new Utf8JsonWriter(buffer, ListReader.Json);
                Attachments.Write(writer, actor, added);
                return Task.CompletedTask;
            },
            201);
    }

    private static async Task DownloadAsync(HttpContext http, Guid file)
    {
        var workspace = http.Workspace();
        await using var session = await workspace.Database.ReadAsync(http.RequestAborted);
        await SendAsync(http, workspace, await Attachments.FindAsync(session, http.Actor(), file, Verb.Read, workspace.Now, http.RequestAborted));
    }

    /// <summary>Sends a file that the caller was found to see.</summary>
    internal static async Task SendAsync(HttpContext http, Guanxi.Platform.Workspace workspace, Attachments.Attachment found)
    {
        // Always as a download and never sniffed: nothing uploaded may run in our page's name. Pictures say what they are, so that the page may show them; what was stored before its kind was looked at may claim anything.
        http.Response.ContentType = found.MediaType is "image/png" or "image/jpeg" or "image/gif" or "image/webp" ? found.MediaType : FileKind.Bytes;
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(found.Name)}";
        http.Response.Headers["Content-Security-Policy"] = "default-src 'none'; sandbox";
        http.Response.ContentLength = found.Size;
        await http.Response.SendFileAsync(Attachments.PathOf(workspace, found.ContentHash), http.RequestAborted);
    }

    private static async Task RemoveFileAsync(HttpContext http, Guid file)
    {
        await Attachments.RemoveAsync(http.Workspace(), http.Actor(), file, http.RequestAborted);
        await http.NoContent();
    }

    private static async Task NotificationsAsync(HttpContext http)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var items = await session.ListAsync(
            Sql.Of($"SELECT id, at, kind, actor_id, record_type, record_id, title, body, read_at FROM notification WHERE user_id = {actor.Id} ORDER BY at DESC LIMIT {(long)RecordsApi.Limit(http, 50)}"),
            row => (Id: row.Id(0), At: row.Instant(1), Kind: row.Text(2), Actor: row.OptionalId(3), Type: row.OptionalText(4), Record: row.OptionalId(5), Title: row.OptionalText(6), Body: row.OptionalText(7), Read: row.OptionalInstant(8)),
            http.RequestAborted);
        var unread = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM notification WHERE user_id = {actor.Id} AND read_at IS NULL"), http.RequestAborted);
        // A share may have ended since: then the notice no longer says whose it was.
        var visible = new HashSet<Guid>();
        foreach (var group in items.Where(item => item.Record is not null).GroupBy(item => item.Type, StringComparer.Ordinal))
        {
            if (group.Key is { } name && actor.Schema.Find(name) is { } type)
            {
                visible.UnionWith(await RecordStore.VisibleAsync(session, actor, type, [.. group.Select(item => item.Record!.Value).Distinct()], http.Workspace().Now, http.RequestAborted));
            }
            else if (group.Key == ApprovalReading.Type)
            {
                visible.UnionWith(await ApprovalReading.VisibleAsync(session, actor, [.. group.Select(item => item.Record!.Value).Distinct()], http.Workspace().Now, http.RequestAborted));
            }
        }

        items = [.. items.Select(item => item.Record is not { } about || visible.Contains(about) ? item : item with { Record = null, Title = new Label("（不可见）", "(not visible)").In(http.Language()), Body = null })];
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                writer.WriteStartObject();
                writer.WriteString("id", item.Id);
                writer.WriteString("at", RecordJson.Instant(item.At.ToUnixTimeMilliseconds()));
                writer.WriteString("kind", item.Kind);
                if (actor.Directory.Person(item.Actor) is { } person)
                {
                    writer.WriteStartObject("actor");
                    writer.WriteString("id", person.Id);
                    writer.WriteString("name", person.Name);
                    writer.WriteEndObject();
                }

                writer.WriteString("type", item.Type);
                if (item.Record is { } record)
                {
                    writer.WriteString("recordId", record);
                }

                writer.WriteString("title", item.Title);
                writer.WriteString("text", item.Body);
                writer.WriteString("readAt", item.Read is { } read ? RecordJson.Instant(read.ToUnixTimeMilliseconds()) : null);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("unread", unread);
        });
    }

    private static async Task ReadNotificationsAsync(HttpContext http)
    {
        var (actor, body) = (http.Actor(), await http.BodyAsync());
        var all = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("all", out var every) && every.ValueKind == JsonValueKind.True;
        var ids = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("ids", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Take(500).Select(id => id.ValueKind == JsonValueKind.String && Guid.TryParse(id.GetString(), out var parsed) ? parsed : Guid.Empty).ToList()
            : [];
        var now = http.Workspace().Now;
        await http.Workspace().Database.WriteAsync(
            async session => await session.ExecuteAsync(
                all
                    ? Sql.Of($"UPDATE notification SET read_at = {now} WHERE user_id = {actor.Id} AND read_at IS NULL")
                    : new Sql().Append("UPDATE notification SET read_at = ").Value(now).Append(" WHERE user_id = ").Value(actor.Id).Append(" AND read_at IS NULL AND id IN ").List(ids),
                http.RequestAborted),
            http.RequestAborted);
        await http.NoContent();
    }
}
