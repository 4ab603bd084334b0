using System.Text.Json;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Operations;

namespace Guanxi.Server.Exchange;

/// <summary>Imports in steps: upload, look, check, run in the background, pause and go on.</summary>
public static class PreparedImportApi
{
    public static void MapPreparedImports(this RouteGroupBuilder api)
    {
        api.MapPost("/imports:upload", UploadAsync).DisableAntiforgery();
        api.MapPost("/imports/{id:guid}:inspect", InspectAsync);
        api.MapPost("/imports/{id:guid}:check", CheckAsync);
        api.MapGet("/imports/{id:guid}/rows", RowsAsync);
        api.MapPost("/imports/{id:guid}:start", StartAsync).AnsweredOnce();
        api.MapPost("/imports/{id:guid}:pause", PauseAsync);
        api.MapPost("/imports/{id:guid}:continue", ContinueAsync);
    }

    private static PreparedImports Prepared(HttpContext http) => new(http.Workspace());

    private static async Task UploadAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        using var upload = await Upload.ReadAsync(http, workspace);
        var options = ImportOptions.Parse(upload.Options ?? """{"type":"customers"}""");
        var (id, seen) = await Task.Run(() => Prepared(http).KeepAsync(actor, upload.Path, upload.FileName, options, http.RequestAborted), http.RequestAborted);
        await http.JsonAsync(
            writer =>
            {
                writer.WriteString("batch", id);
                writer.WriteString("fileName", upload.FileName);
                ImportJson.WriteInspection(writer, seen);
            },
            201);
    }

    private static async Task<ImportOptions> OptionsAsync(HttpContext http) => ImportOptions.Parse((await http.BodyAsync()).GetRawText());

    private static async Task InspectAsync(HttpContext http, Guid id)
    {
        var seen = await Prepared(http).InspectAsync(http.Actor(), id, await OptionsAsync(http), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteString("batch", id);
            ImportJson.WriteInspection(writer, seen);
        });
    }

    private static async Task CheckAsync(HttpContext http, Guid id)
    {
        await Prepared(http).BeginCheckAsync(http.Actor(), id, await OptionsAsync(http), http.RequestAborted);
        http.RequestServices.GetRequiredService<ImportJobs>().Begin(id);
        await ImportApi.GetAsync(http, id, 202);
    }

    private static async Task StartAsync(HttpContext http, Guid id)
    {
        await Prepared(http).BeginRunAsync(http.Actor(), id, await OptionsAsync(http), http.RequestAborted);
        http.RequestServices.GetRequiredService<ImportJobs>().Begin(id);
        await ImportApi.GetAsync(http, id, 202);
    }

    private static async Task PauseAsync(HttpContext http, Guid id)
    {
        await Prepared(http).PauseAsync(http.Actor(), id, http.RequestAborted);
        await ImportApi.GetAsync(http, id, 202);
    }

    private static async Task ContinueAsync(HttpContext http, Guid id)
    {
        await Prepared(http).ContinueAsync(http.Actor(), id, http.RequestAborted);
        http.RequestServices.GetRequiredService<ImportJobs>().Begin(id);
        await ImportApi.GetAsync(http, id, 202);
    }

    /// <summary>What a check or an import said of single rows, a page at a time: rejects, or rows that look like records there are.</summary>
    private static async Task RowsAsync(HttpContext http, Guid id)
    {
        var batch = await ImportApi.FindAsync(http, id);
        var query = http.Request.Query;
        var limit = RecordsApi.Limit(http, 50);
        var after = long.TryParse(query["after"], out var given) ? given : -1;
        var kind = query["kind"].ToString() is { Length: > 0 } word ? word : ImportRows.Reject;
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        if (kind == ImportRows.Reject)
        {
            var rejects = await ImportRows.RejectsAsync(session, id, after, limit, http.RequestAborted);
            await http.JsonAsync(writer =>
            {
                ImportJson.WriteRejects(writer, rejects);
                WriteNext(writer, rejects.Count == limit ? rejects[^1].Row : null);
            });
            return;
        }

        // What a row looks like was told to whoever imports, by his rights, and to nobody else.
        if (kind != ImportRows.Alike || batch.UserId != http.Actor().Id)
        {
            throw new RefusedException(Refusal.Invalid("kind", ("kind 应为 reject 或 alike", "kind is reject or alike")));
        }

        var rows = await ImportRows.AlikeAsync(session, id, after, limit, http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            ImportJson.WriteAlike(writer, http.Actor(), http.Workspace().Schema[batch.Type], rows);
            WriteNext(writer, rows.Count == limit ? rows[^1].Row : null);
        });
    }

    private static void WriteNext(Utf8JsonWriter writer, long? next)
    {
        if (next is { } row)
        {
            writer.WriteNumber("next", row);
        }
        else
        {
            writer.WriteNull("next");
        }
    }
}
