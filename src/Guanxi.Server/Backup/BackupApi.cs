using System.Text.Json;
using Guanxi.Platform;
using Guanxi.Platform.Access;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Guanxi.Server.Platform;

namespace Guanxi.Server.Backup;

/// <summary>Backups for an administrator: which there are and whether they were restored well, making one, checking one, and putting one in place of the data.</summary>
public static class BackupApi
{
    public static void MapBackups(this RouteGroupBuilder api)
    {
        api.MapGet("/backups", ListAsync);
        api.MapPost("/backups", MakeAsync);
        api.MapPost("/backups/{name}:check", CheckAsync);
        api.MapPost("/backups/{name}:restore", RestoreAsync).PageOnly().NeedsStepUp();
        api.MapPost("/backups:passphrase", PassphraseAsync).PageOnly().NeedsStepUp();
    }

    private static BackupStore Store(HttpContext http)
    {
        http.Actor().Demand(Functions.ManageSettings);
        return http.RequestServices.GetRequiredService<BackupStore>();
    }

    private static StoredBackup Found(HttpContext http, string name) => Store(http).Find(name) ?? throw new RefusedException(Refusal.NotFound);

    private static Task ListAsync(HttpContext http)
    {
        var store = Store(http);
        return http.JsonAsync(writer =>
        {
            writer.WriteStartArray("items");
            foreach (var backup in store.List())
            {
                writer.WriteStartObject();
                Write(writer, backup);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteBoolean("daily", store.Settings.Daily);
            writer.WriteString("at", store.Settings.At.ToString("HH:mm"));
            writer.WriteString("folder", store.Settings.Folder);
            writer.WriteString("secondPlace", store.Settings.SecondPlace);
            writer.WriteBoolean("passphraseOnlyHere", store.Settings.PassphraseOnlyHere);
            writer.WriteBoolean("canRestore", http.Workspace().Database.Dialect.IsSqlite);
            writer.WriteNumber("days", BackupStore.Days);
            writer.WriteNumber("weeks", BackupStore.Weeks);
            writer.WriteNumber("months", BackupStore.Months);
        });
    }

    private static void Write(Utf8JsonWriter writer, StoredBackup backup)
    {
        writer.WriteString("name", backup.Name);
        AdministrationApi.WriteInstant(writer, "made", backup.Made);
        writer.WriteNumber("bytes", backup.Bytes);
        writer.WriteString("reason", backup.Note?.Reason);
        writer.WriteNumber("seconds", Math.Round(backup.Note?.Seconds ?? 0, 1));
        writer.WriteNumber("entries", backup.Note?.Entries ?? 0);
        AdministrationApi.WriteInstant(writer, "checkedAt", backup.Note?.CheckedAt);
        writer.WriteNumber("checkSeconds", Math.Round(backup.Note?.CheckSeconds ?? 0, 1));
        writer.WriteBoolean("good", backup.Good);
        writer.WriteString("secondPlace", backup.Note?.SecondPlace);
        writer.WriteStartArray("problems");
        foreach (var problem in backup.Note?.Problems ?? [])
        {
            writer.WriteStringValue(problem);
        }

        writer.WriteEndArray();
    }

    private static Task AnswerAsync(HttpContext http, StoredBackup backup, int status = 200) => http.JsonAsync(writer => Write(writer, backup), status);

    private static async Task MakeAsync(HttpContext http)
    {
        var store = Store(http);
        await NoteAsync(http, "backup.make", null);
        await AnswerAsync(http, await RefusingAsync(() => store.MakeAsync("asked", cancel: CancellationToken.None)), 201);
    }

    private static async Task CheckAsync(HttpContext http, string name)
    {
        var (store, backup) = (Store(http), Found(http, name));
        await AnswerAsync(http, await RefusingAsync(() => store.CheckAsync(backup, http.RequestAborted)));
    }

    /// <summary>Checks the backup beside the data, answers, and lets the server start anew on it.</summary>
    private static async Task RestoreAsync(HttpContext http, string name)
    {
        var (store, backup, body) = (Store(http), Found(http, name), await http.BodyAsync());
        var workspace = http.Workspace();
        if (!workspace.Database.Dialect.IsSqlite)
        {
            throw new RefusedException(Refusal.Breaks("restore-by-command", ("PostgreSQL 的备份请用命令行恢复到新的空库：guanxi restore", "A backup of PostgreSQL is restored into a new database by the command: guanxi restore")));
        }

        if (body.Word("confirm") != backup.Name)
        {
            throw new RefusedException(Refusal.Invalid("confirm", new Label($"请输入备份的名字 {backup.Name} 以确认", $"Confirm with the backup's name, {backup.Name}")));
        }

        await RefusingAsync(async () =>
        {
            await BackupRestore.PrepareAsync(backup.Path, store.Settings.Passphrase(), workspace.Folder, workspace.Clock, CancellationToken.None);
            return true;
        });
        await NoteAsync(http, "backup.restore", backup.Name);
        await http.JsonAsync(writer => writer.WriteString("state", "restarting"), 202);
        await http.Response.CompleteAsync();
        http.RequestServices.GetRequiredService<Restart>().Ask();
    }

    private static async Task PassphraseAsync(HttpContext http)
    {
        var store = Store(http);
        await NoteAsync(http, "backup.passphrase", null);
        var passphrase = store.Settings.Passphrase();
        store.Settings.PassphraseIsKept();
        await http.JsonAsync(writer => writer.WriteString("passphrase", passphrase));
    }

    private static Task NoteAsync(HttpContext http, string action, string? name) => http.Workspace().WriteAsync(
        http.Actor(),
        context =>
        {
            context.Note(action, changes: name is null ? null : JsonSerializer.Serialize(new { backup = name }));
            return Task.CompletedTask;
        },
        cancel: http.RequestAborted);

    /// <summary>What the machine refuses is told in a sentence, not as a fault of the server.</summary>
    private static async Task<T> RefusingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(Refusal.Breaks("backup", new Label("备份没有成功：" + error.Message, error.Message)));
        }
    }
}

/// <summary>Whether the server is to start anew on the same data directory when it has stopped.</summary>
public sealed class Restart(IHostApplicationLifetime lifetime)
{
    public bool Asked { get; private set; }

    public void Ask()
    {
        Asked = true;
        lifetime.StopApplication();
    }
}
