using System.IO.Compression;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Files;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>
/// Everything the company holds about a person, in one archive: data.json with the record, what refers to it, its history and its files' names, and the files themselves.
/// It answers the person's right to a copy in a common, machine-readable form (PIPL article 45, GDPR articles 15 and 20).
/// </summary>
public static class PersonalData
{
    public static async Task WriteAsync(Workspace workspace, Actor actor, RecordType type, Guid id, Stream output, CancellationToken cancel = default)
    {
        if (!actor.Has(Functions.ManagePrivacy))
        {
            throw new RefusedException(Refusal.Forbidden(("导出或删除个人数据需要相应权限", "Exporting or erasing personal data needs the right to do so")));
        }

        var person = await workspace.WriteAsync(
            actor,
            async context =>
            {
                var found = await RecordStore.LoadAsync(context.Session, actor, type, id, Verb.Read, context.Now, cancel: cancel);
                if (type.IsPerson?.Invoke(found) != true)
                {
                    throw new RefusedException(Refusal.Breaks("erase-person", ("只能导出个人的数据", "Only people have personal data")));
                }

                context.Note("export-person", type.Name, id, JsonSerializer.Serialize(new { from = actor.From }));
                return found;
            },
            cancel: cancel);

        await using var session = await workspace.Database.ReadAsync(cancel);
        var scope = await ErasureScope.GatherAsync(session, actor.Schema, person, cancel);
        var records = scope.Removed.Concat(scope.Scrubbed).ToList();
        using var archive = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        var files = new List<(Guid Record, Attachments.Attachment File)>();
        await using (var entry = archive.CreateEntry("data.json", CompressionLevel.Fastest).Open())
        await using (var writer = new Utf8JsonWriter(entry, new JsonWriterOptions { Indented = true, Encoder = ListReader.Json.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("about", person.Title);
            writer.WriteString("at", RecordJson.Instant(workspace.Now.ToUnixTimeMilliseconds()));
            foreach (var group in records.GroupBy(record => record.Type.Name, StringComparer.Ordinal))
            {
                writer.WriteStartArray(group.Key);
                var titles = await RecordStore.TitlesAsync(session, actor, group, workspace.Now, cancel);
                foreach (var record in group)
                {
                    RecordJson.WriteRecord(writer, actor, record, titles, workspace.Now);
                }

                writer.WriteEndArray();
            }

            writer.WriteStartArray("history");
            foreach (var record in records)
            {
                await WriteHistoryAsync(writer, session, actor, record, cancel);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("files");
            foreach (var record in records)
            {
                foreach (var file in await Attachments.OfAsync(session, record.Id, cancel))
                {
                    files.Add((record.Id, file));
                    Attachments.Write(writer, actor, file);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        foreach (var (_, file) in files)
        {
            await using var content = File.OpenRead(Attachments.PathOf(workspace, file.ContentHash));
            await using var entry = archive.CreateEntry($"files/{file.Id}/{file.Name}").Open();
            await content.CopyToAsync(entry, cancel);
        }
    }

    /// <summary>The record's ledger lines, less the fields the actor may not read.</summary>
    private static async Task WriteHistoryAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Record record, CancellationToken cancel)
    {
        foreach (var (at, who, action, changes) in await session.ListAsync(
            Sql.Of($"SELECT at, actor_id, action, changes FROM ledger WHERE record_id = {record.Id} ORDER BY seq"), row => (row.Instant(0), row.OptionalId(1), row.Text(2), row.OptionalText(3)), cancel))
        {
            writer.WriteStartObject();
            writer.WriteString("at", RecordJson.Instant(at.ToUnixTimeMilliseconds()));
            writer.WriteString("record", record.Id);
            writer.WriteString("by", actor.Directory.Person(who)?.Name);
            writer.WriteString("action", action);
            if (changes is not null)
            {
                using var document = JsonDocument.Parse(changes);
                writer.WriteStartObject("changes");
                foreach (var change in document.RootElement.EnumerateObject().Where(change => record.Type.Find(change.Name) is { } field && actor.On(record.Type, field) > FieldRight.Masked))
                {
                    change.WriteTo(writer);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
    }
}
