using System.Security.Cryptography;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Files;

/// <summary>Files on records: the content stored once by its hash under files/, the row saying whose it is. They follow the record's rights.</summary>
public static class Attachments
{
    public const long Largest = 100L * 1024 * 1024;

    public sealed record Attachment(Guid Id, string RecordType, Guid RecordId, string Name, string MediaType, long Size, string ContentHash, DateTimeOffset CreatedAt, Guid? CreatedBy);

    public static async Task<Attachment> AddAsync(Workspace workspace, Actor actor, RecordType type, Guid record, string name, Stream content, CancellationToken cancel = default)
    {
        name = FileKind.NameOf(name) ?? throw new RefusedException(Refusal.Invalid("file", ("文件名不可用", "The file's name cannot be used")));

        var folder = System.IO.Directory.CreateDirectory(Path.Combine(workspace.Folder, "files")).FullName;
        var temporary = Path.Combine(folder, Path.GetRandomFileName() + ".part");
        try
        {
            var (hash, size, kind) = await StoreAsync(content, temporary, cancel);
            var attachment = new Attachment(Guid.CreateVersion7(workspace.Now), type.Name, record, name, kind, size, hash, DateText.Truncate(workspace.Now), actor.Id);
            await workspace.WriteAsync(
                actor,
                async context =>
                {
                    await Merging.MergeHold.HoldAsync(context.Session, type, record, cancel);
                    var target = await RecordStore.LoadAsync(context.Session, actor, type, record, Verb.Edit, context.Now, cancel: cancel);
                    if (!File.Exists(PathOf(workspace, hash)))
                    {
                        Durable.Move(temporary, PathOf(workspace, hash));
                    }

                    await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO attachment (id, record_type, record_id, name, media_type, size, content_hash, created_at, created_by) VALUES ({attachment.Id}, {type.Name}, {record}, {name}, {attachment.MediaType}, {size}, {hash}, {attachment.CreatedAt}, {context.ActorId})"), cancel);
                    context.Note("file.add", type.Name, record, JsonSerializer.Serialize(new { file = new object?[] { null, new { attachment.Id, name, size, hash } } }));
                    context.Announce(new Live.LiveEvent(type.Name, record, target.Version, "file", actor.Id));
                },
                cancel: cancel);
            return attachment;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static async Task<(string Hash, long Size, string Kind)> StoreAsync(Stream content, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, useAsync: true);
        var buffer = new byte[1 << 16];
        var head = new byte[FileKind.Head];
        long size = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((size += read) > Largest)
            {
                throw new RefusedException(new Refusal(413, "too-large", ("文件太大", "The file is too large")) { Detail = new Label($"每个文件最多 {Largest >> 20} MB", $"A file has at most {Largest >> 20} MB") });
            }

            if (size - read < head.Length)
            {
                buffer.AsSpan(0, (int)Math.Min(read, head.Length - (size - read))).CopyTo(head.AsSpan((int)(size - read)));
            }

            hash.AppendData(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        file.Flush(flushToDisk: true);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), size, FileKind.Of(head.AsSpan(0, (int)Math.Min(size, head.Length))));
    }

    public static string PathOf(Workspace workspace, string hash) => Path.Combine(workspace.Folder, "files", hash[..2], hash);

    /// <summary>The file, if the actor may see the record it is on.</summary>
    public static async Task<Attachment> FindAsync(DatabaseSession session, Actor actor, Guid id, Verb verb, DateTimeOffset now, CancellationToken cancel = default)
    {
        var found = await session.ListAsync(Sql.Of($"SELECT id, record_type, record_id, name, media_type, size, content_hash, created_at, created_by FROM attachment WHERE id = {id} AND deleted_at IS NULL"), Read, cancel);
        if (found.Count == 0 || actor.Schema.Find(found[0].RecordType) is not { } type)
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await RecordStore.LoadAsync(session, actor, type, found[0].RecordId, verb, now, cancel: cancel);
        return found[0];
    }

    private static Attachment Read(Row row) => new(row.Id(0), row.Text(1), row.Id(2), row.Text(3), row.Text(4), row.Integer(5), row.Text(6), row.Instant(7), row.OptionalId(8));

    public static Task RemoveAsync(Workspace workspace, Actor actor, Guid id, CancellationToken cancel = default) => workspace.WriteAsync(
        actor,
        async context =>
        {
            var attachment = await FindAsync(context.Session, actor, id, Verb.Edit, context.Now, cancel);
            await context.Session.ExecuteAsync(Sql.Of($"UPDATE attachment SET deleted_at = {context.Now} WHERE id = {id}"), cancel);
            context.Note("file.remove", attachment.RecordType, attachment.RecordId, JsonSerializer.Serialize(new { file = new object?[] { new { attachment.Id, attachment.Name }, null } }));
        },
        cancel: cancel);

    /// <summary>The files of a record, whoever asks.</summary>
    internal static async Task<List<Attachment>> OfAsync(DatabaseSession session, Guid record, CancellationToken cancel = default) => await session.ListAsync(
        Sql.Of($"SELECT id, record_type, record_id, name, media_type, size, content_hash, created_at, created_by FROM attachment WHERE record_id = {record} AND deleted_at IS NULL ORDER BY created_at"), Read, cancel);

    /// <summary>The files of a record already found visible.</summary>
    public static async Task WriteListAsync(Utf8JsonWriter writer, DatabaseSession session, Actor actor, Guid record, CancellationToken cancel = default)
    {
        var files = await session.ListAsync(Sql.Of($"SELECT id, record_type, record_id, name, media_type, size, content_hash, created_at, created_by FROM attachment WHERE record_id = {record} AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 100"), Read, cancel);
        writer.WriteStartArray();
        foreach (var file in files)
        {
            Write(writer, actor, file);
        }

        writer.WriteEndArray();
    }

    public static void Write(Utf8JsonWriter writer, Actor actor, Attachment file)
    {
        writer.WriteStartObject();
        writer.WriteString("id", file.Id);
        writer.WriteString("name", file.Name);
        writer.WriteString("mediaType", file.MediaType);
        writer.WriteNumber("size", file.Size);
        writer.WriteString("createdAt", RecordJson.Instant(file.CreatedAt.ToUnixTimeMilliseconds()));
        if (actor.Directory.Person(file.CreatedBy) is { } person)
        {
            writer.WriteStartObject("createdBy");
            writer.WriteString("id", person.Id);
            writer.WriteString("name", person.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
