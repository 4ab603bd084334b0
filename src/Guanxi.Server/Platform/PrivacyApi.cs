using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Privacy;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Platform;

/// <summary>The rights of the people in the records: a copy of everything, and to be forgotten.</summary>
public static class PrivacyApi
{
    private const int MostMentions = 2000;

    public static void MapPrivacy(this RouteGroupBuilder api, IEnumerable<RecordType> types)
    {
        foreach (var type in types.Where(type => type.IsPerson is not null).Select(type => type.Name))
        {
            api.MapGet($"/{type}/{{id:guid}}/personal-data", (HttpContext http, Guid id) => CopyAsync(http, type, id)).WithName($"{type}.personal-data").NeedsStepUp();
            api.MapGet($"/{type}/{{id:guid}}/mentions", (HttpContext http, Guid id) => MentionsAsync(http, type, id)).WithName($"{type}.mentions").NeedsStepUp();
            api.MapPost($"/{type}/{{id:guid}}:erase", (HttpContext http, Guid id) => EraseAsync(http, type, id)).WithName($"{type}.erase").NeedsStepUp().AnsweredOnce();
        }

        api.MapPrivacyAdministration();
    }

    private static async Task CopyAsync(HttpContext http, string type, Guid id)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await PersonalData.WriteAsync(http.Workspace(), http.Actor(), http.Type(type), id, file, http.RequestAborted);
        file.Position = 0;
        http.Response.ContentType = "application/zip";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"personal-data-{id}.zip\"";
        http.Response.Headers.CacheControl = "no-store";
        await file.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Where else the person is named; the one who erases decides which of them are meant.</summary>
    private static async Task MentionsAsync(HttpContext http, string type, Guid id)
    {
        var list = await ErasureMentions.FindAsync(http.Workspace(), http.Actor(), http.Type(type), id, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var item in list.Items)
            {
                writer.WriteStartObject();
                writer.WriteString("key", item.Key);
                writer.WriteString("kind", item.Kind);
                writer.WriteString("title", item.Title);
                writer.WriteString("where", item.Where);
                writer.WriteString("excerpt", item.Excerpt);
                writer.WriteBoolean("certain", item.Certain);
                writer.WriteNumber("ledgerEntries", item.Entries);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("unseen", list.Unseen);
            writer.WriteBoolean("complete", list.Complete);
        });
    }

    private static async Task EraseAsync(HttpContext http, string type, Guid id)
    {
        var actor = http.Actor();
        actor.Demand(Functions.ManagePrivacy);
        var body = await http.BodyAsync();
        var trial = body.Flag("dryRun", false);
        if (!trial && actor.Surface == "page")
        {
            await MustNameAsync(http, type, id, body.Word("confirm"));
        }

        var counts = await Erasure.RunAsync(http.Workspace(), actor, http.Type(type), id, body.Word("reason"), body.Flag("block", true), trial, Mentions(body), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteBoolean("dryRun", trial);
            PrivacyAdministrationApi.WriteCounts(writer, counts);
        });
    }

    /// <summary>Somebody at the page types the name: a click alone takes nobody out of the world.</summary>
    private static async Task MustNameAsync(HttpContext http, string type, Guid id, string? typed)
    {
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        if (await RecordStore.FindAsync(session, http.Type(type), id, http.RequestAborted) is { } person && await SeesAsync(http, session, type, id) && person.Title.Trim() != typed?.Trim())
        {
            throw new RefusedException(Refusal.Invalid("confirm", ("请输入完整姓名以确认", "Type the whole name to confirm")));
        }
    }

    /// <summary>A wrong name is told only of whom the actor sees, here or in the recycle bin; of others the erasure itself says no.</summary>
    private static async Task<bool> SeesAsync(HttpContext http, DatabaseSession session, string type, Guid id) =>
        await RecordStore.ExistsAsync(session, http.Actor(), http.Type(type), id, Verb.Read, http.Workspace().Now, cancel: http.RequestAborted)
        || await RecordStore.ExistsAsync(session, http.Actor(), http.Type(type), id, Verb.Read, http.Workspace().Now, deleted: true, http.RequestAborted);

    private static List<string>? Mentions(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("mentions", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostMentions && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Contains('/', StringComparison.Ordinal))
            ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
            : throw new RefusedException(Refusal.Invalid("mentions", ("mentions 应为 mentions 接口给出的 key 列表", "mentions is a list of keys that the mentions call gave")));
    }
}
