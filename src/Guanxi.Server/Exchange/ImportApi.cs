using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Operations;
using Microsoft.AspNetCore.Http.Features;

namespace Guanxi.Server.Exchange;

/// <summary>Files of records coming in by one call, the list of imports, and imports taken back.</summary>
public static class ImportApi
{
    /// <summary>How long an undo is waited for before the answer says that it goes on by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static void MapImports(this RouteGroupBuilder api)
    {
        api.MapPost("/imports:inspect", InspectAsync).DisableAntiforgery();
        api.MapPost("/imports", RunAsync).DisableAntiforgery();
        api.MapGet("/imports", ListAsync);
        api.MapGet("/imports/{id:guid}", (HttpContext http, Guid id) => GetAsync(http, id));
        api.MapGet("/imports/{id:guid}/rejects", (HttpContext http, Guid id) => RejectsAsync(http, id));
        api.MapGet("/imports/{id:guid}/errors", (HttpContext http, Guid id) => ErrorsAsync(http, id));
        api.MapPost("/imports/{id:guid}:undo", (HttpContext http, Guid id) => UndoAsync(http, id)).AnsweredOnce();
    }

    private static async Task InspectAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        using var upload = await Upload.ReadAsync(http, workspace);
        var options = ImportOptions.Parse(upload.Options ?? """{"type":"customers"}""");
        var seen = await Task.Run(() => new ImportFile(workspace).Inspect(actor, upload.Path, upload.FileName, options), http.RequestAborted);
        await http.JsonAsync(writer => ImportJson.WriteInspection(writer, seen));
    }

    /// <summary>An import runs on when its caller goes away: it is on the list, and can be undone. Only the end of the server stops it, which takes it back.</summary>
    private static async Task RunAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        using var upload = await Upload.ReadAsync(http, workspace);
        var options = ImportOptions.Parse(upload.Options ?? throw new RefusedException(Refusal.Invalid("options", RecordChecks.Required)));
        var key = options.DryRun ? null : http.Key();
        var hash = Idempotency.HashOf(http.Request.Path, upload.Options + "\n" + upload.Hash);
        if (key is not null && await workspace.WriteAsync(actor, context => Idempotency.FoundAsync(context, key, hash, http.RequestAborted), cancel: http.RequestAborted) is { } before)
        {
            await GetAsync(http, before);
            return;
        }

        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        ImportResult result;
        try
        {
            result = await new ImportFile(workspace).RunAsync(actor, upload.Path, upload.FileName, options, cancel: stopping);
        }
        catch when (key is not null)
        {
            // Nothing came of it, so the key is free for another try.
            await workspace.WriteAsync(actor, context => Idempotency.ReleaseAsync(context, key, CancellationToken.None), cancel: CancellationToken.None);
            throw;
        }

        if (key is not null)
        {
            await workspace.WriteAsync(actor, context => Idempotency.KeepAsync(context, key, result.Batch!.Value, CancellationToken.None), cancel: CancellationToken.None);
        }

        await http.JsonAsync(writer =>
        {
            writer.WriteString("batch", result.Batch?.ToString());
            writer.WriteString("state", result.State);
            writer.WriteString("type", options.Type);
            writer.WriteString("fileName", upload.FileName);
            ImportJson.WriteCounts(writer, result.Counts, result.Seconds);
            ImportJson.WriteRejects(writer, result.Rejects);
            ImportJson.WriteAlike(writer, actor, workspace.Schema[options.Type], result.Alike);
            ImportJson.WriteFindings(writer, actor, result.Findings);
            ImportJson.WriteTable(writer, result.Columns, result.Mapping, result.Sample);
        });
    }

    private static async Task ListAsync(HttpContext http)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var batches = await ImportBatches.ListAsync(session, actor.Has(Functions.ManageImports) ? null : actor.Id, RecordsApi.Limit(http, 50), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var batch in batches)
            {
                writer.WriteStartObject();
                ImportJson.Write(writer, actor, batch);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    internal static async Task GetAsync(HttpContext http, Guid id, int status = 200)
    {
        var batch = await FindAsync(http, id);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var rejects = await ImportRows.RejectsAsync(session, id, -1, 100, http.RequestAborted);
        await http.JsonAsync(
            writer =>
            {
                ImportJson.Write(writer, http.Actor(), batch);
                ImportJson.WriteRejects(writer, rejects);
                ImportJson.WriteTexts(writer, "columns", batch.Columns);
            },
            status);
    }

    /// <summary>Rejected rows as CSV, as many as are kept.</summary>
    private static async Task RejectsAsync(HttpContext http, Guid id)
    {
        var batch = await FindAsync(http, id);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var old = await ImportBatches.OldRejectsAsync(session, id, http.RequestAborted);
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"rejects-{id}.csv\"";
        if (old is not null)
        {
            await http.Response.WriteAsync(old.StartsWith('\uFEFF') ? old : "\uFEFF" + old, http.RequestAborted);
            return;
        }

        await using var csv = new CsvWriting(http.Response.Body);
        await csv.WriteHeaderAsync([.. ImportJson.RejectHeader(batch.Columns, http.Actor().Language)], http.RequestAborted);
        for (var after = -1L; await ImportRows.RejectsAsync(session, id, after, 2000, http.RequestAborted) is { Count: > 0 } rejects; after = rejects[^1].Row)
        {
            foreach (var reject in rejects)
            {
                await csv.WriteRowAsync([reject.Row, reject.Reason, .. reject.Values], http.RequestAborted);
            }
        }
    }

    /// <summary>Rejected rows as a workbook whose wrong cells are marked.</summary>
    private static async Task ErrorsAsync(HttpContext http, Guid id)
    {
        var batch = await FindAsync(http, id);
        http.Response.ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        http.Response.Headers.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString($"{Path.GetFileNameWithoutExtension(batch.FileName) ?? "import"} {new Label("未通过", "rejected").In(http.Actor().Language)}.xlsx")}";

        // A zip writes its entries' ends synchronously.
        if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
        {
            body.AllowSynchronousIO = true;
        }

        await ErrorWorkbook.WriteAsync(http.Workspace(), id, batch.Columns, http.Actor().Language, http.Response.Body, http.RequestAborted);
    }

    private static async Task UndoAsync(HttpContext http, Guid id)
    {
        await FindAsync(http, id);
        var (actor, workspace) = (http.Actor(), http.Workspace());
        var undo = http.RequestServices.GetRequiredService<ImportJobs>().RunAsync(id, () => new UndoImport(workspace).RunAsync(actor, id, CancellationToken.None));
        if (await Task.WhenAny(undo, Task.Delay(Patience, workspace.Clock, http.RequestAborted)) == undo)
        {
            var undone = await undo;
            await http.JsonAsync(writer => ImportJson.WriteUndone(writer, undone));
            return;
        }

        await GetAsync(http, id, 202);
    }

    /// <summary>The batch, for who imported it or may manage the imports of others.</summary>
    internal static async Task<ImportBatch> FindAsync(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        return await ImportBatches.FindAsync(session, id, http.RequestAborted) is { } batch && (batch.UserId == actor.Id || (actor.Has(Functions.ManageImports) && !batch.IsPrepared)) ? batch : throw new RefusedException(Refusal.NotFound);
    }
}
