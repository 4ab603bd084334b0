using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Exchange;

/// <summary>Files of records coming in, and imports taken back.</summary>
public static class ImportApi
{
    public static void MapImports(this RouteGroupBuilder api)
    {
        api.MapPost("/imports:inspect", InspectAsync).DisableAntiforgery();
        api.MapPost("/imports", RunAsync).DisableAntiforgery();
        api.MapGet("/imports", ListAsync);
        api.MapGet("/imports/{id:guid}", (HttpContext http, Guid id) => GetAsync(http, id));
        api.MapGet("/imports/{id:guid}/rejects", (HttpContext http, Guid id) => RejectsAsync(http, id));
        api.MapPost("/imports/{id:guid}:undo", (HttpContext http, Guid id) => UndoAsync(http, id)).AnsweredOnce();
    }

    private static async Task InspectAsync(HttpContext http)
    {
        var (actor, workspace) = (http.Actor(), http.Workspace());
        using var upload = await Upload.ReadAsync(http, workspace);
        var options = ImportOptions.Parse(upload.Options ?? """{"type":"customers"}""");
        var seen = await Task.Run(() => new ImportFile(workspace).Inspect(actor, upload.Path, upload.FileName, options), http.RequestAborted);
        await http.JsonAsync(writer =>
        {
            WriteTable(writer, seen.Columns, seen.Mapping, seen.Sample);
            writer.WriteString("encoding", seen.Encoding);
            writer.WriteString("delimiter", seen.Delimiter);
        });
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
            WriteCounts(writer, result.Counts, result.Seconds);
            writer.WriteStartArray("rejects");
            foreach (var reject in result.Rejects)
            {
                writer.WriteStartObject();
                writer.WriteNumber("row", reject.Row);
                writer.WriteString("reason", reject.Reason);
                WriteStrings(writer, "values", reject.Values);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartArray("alike");
            foreach (var alike in result.Alike)
            {
                writer.WriteStartObject();
                writer.WriteNumber("row", alike.Row);
                writer.WriteString("band", alike.Band);
                writer.WriteString("sentence", alike.Sentence);
                writer.WriteString("record", alike.Record?.ToString());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteTable(writer, result.Columns, result.Mapping, result.Sample);
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
                Write(writer, actor, batch);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static async Task GetAsync(HttpContext http, Guid id)
    {
        var batch = await FindAsync(http, id);
        await http.JsonAsync(writer => Write(writer, http.Actor(), batch));
    }

    private static async Task RejectsAsync(HttpContext http, Guid id)
    {
        await FindAsync(http, id);
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        var text = await ImportBatches.RejectsAsync(session, id, http.RequestAborted);
        http.Response.ContentType = "text/csv; charset=utf-8";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"rejects-{id}.csv\"";
        await http.Response.WriteAsync(text is null || text.StartsWith('\uFEFF') ? text ?? "" : "\uFEFF" + text, http.RequestAborted);
    }

    private static async Task UndoAsync(HttpContext http, Guid id)
    {
        await FindAsync(http, id);
        var undone = await new UndoImport(http.Workspace()).RunAsync(http.Actor(), id, CancellationToken.None);
        await http.JsonAsync(writer => WriteUndone(writer, undone));
    }

    /// <summary>The batch, for who imported it or may manage the imports of others.</summary>
    private static async Task<ImportBatch> FindAsync(HttpContext http, Guid id)
    {
        var actor = http.Actor();
        await using var session = await http.Workspace().Database.ReadAsync(http.RequestAborted);
        return await ImportBatches.FindAsync(session, id, http.RequestAborted) is { } batch && (batch.UserId == actor.Id || actor.Has(Functions.ManageImports)) ? batch : throw new RefusedException(Refusal.NotFound);
    }

    private static void Write(Utf8JsonWriter writer, Actor actor, ImportBatch batch)
    {
        writer.WriteString("batch", batch.Id);
        writer.WriteString("state", batch.State);
        writer.WriteString("type", batch.Type);
        writer.WriteString("fileName", batch.FileName);
        writer.WriteString("name", batch.Name);
        writer.WriteString("startedAt", RecordJson.Instant(batch.StartedAt.ToUnixTimeMilliseconds()));
        writer.WriteString("finishedAt", batch.FinishedAt is { } end ? RecordJson.Instant(end.ToUnixTimeMilliseconds()) : null);
        if (batch.UserId is { } user)
        {
            writer.WriteStartObject("user");
            writer.WriteString("id", user);
            writer.WriteString("name", actor.Directory.Person(user)?.Name);
            writer.WriteEndObject();
        }

        WriteCounts(writer, batch.Counts, batch.Seconds);
        writer.WriteStartArray("rejects");
        writer.WriteEndArray();
        if (batch.Undone is { } undone)
        {
            writer.WriteStartObject("undone");
            WriteUndone(writer, undone);
            writer.WriteEndObject();
        }
    }

    private static void WriteCounts(Utf8JsonWriter writer, ImportCounts counts, double seconds)
    {
        writer.WriteNumber("read", counts.Read);
        writer.WriteNumber("created", counts.Created);
        writer.WriteNumber("updated", counts.Updated);
        writer.WriteNumber("skipped", counts.Skipped);
        writer.WriteNumber("rejected", counts.Rejected);
        writer.WriteNumber("alike", counts.Alike);
        writer.WriteNumber("seconds", Math.Round(seconds, 3));
    }

    private static void WriteUndone(Utf8JsonWriter writer, ImportUndone undone)
    {
        writer.WriteNumber("deleted", undone.Deleted);
        writer.WriteNumber("restored", undone.Restored);
        writer.WriteStartArray("kept");
        foreach (var kept in undone.Kept)
        {
            writer.WriteStartObject();
            writer.WriteString("id", kept.Id);
            writer.WriteString("reason", kept.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTable(Utf8JsonWriter writer, IReadOnlyList<string> columns, IReadOnlyDictionary<string, string> mapping, IReadOnlyList<IReadOnlyList<string?>> sample)
    {
        WriteStrings(writer, "columns", columns);
        writer.WriteStartObject("mapping");
        foreach (var (column, field) in mapping)
        {
            writer.WriteString(column, field);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("sample");
        foreach (var row in sample)
        {
            WriteStrings(writer, null, row);
        }

        writer.WriteEndArray();
    }

    private static void WriteStrings(Utf8JsonWriter writer, string? name, IReadOnlyList<string?> items)
    {
        if (name is null)
        {
            writer.WriteStartArray();
        }
        else
        {
            writer.WriteStartArray(name);
        }

        foreach (var item in items)
        {
            writer.WriteStringValue(item ?? "");
        }

        writer.WriteEndArray();
    }
}
