using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;

namespace Guanxi.Faults.World;

/// <summary>Looks through the data after a fault: all that was acknowledged is there, nothing is half there.</summary>
public static class Books
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What is wrong, in words; empty when all is well. Works on the data themselves, with no server between.</summary>
    public static async Task<List<string>> WrongAsync(string folder, string? connection, Clerks clerks)
    {
        try
        {
            await using var database = GuanxiDatabase.Open(connection is null ? $"Data Source={Path.Combine(folder, "guanxi.db")}" : connection + ";Pooling=false");
            return await WrongAsync(database, folder, clerks);
        }
        catch (Exception error) when (error is System.Data.Common.DbException or InvalidOperationException or IOException or FormatException or InvalidCastException)
        {
            return ["the data cannot be read: " + error.Message];
        }
    }

    private static async Task<List<string>> WrongAsync(GuanxiDatabase database, string folder, Clerks clerks)
    {
        var wrong = new List<string>();
        await using var session = await database.ReadAsync(Cancel);
        if (session.Dialect.IsSqlite)
        {
            var integrity = await session.ScalarAsync<string>(Sql.Of($"PRAGMA integrity_check"), Cancel);
            Note(integrity == "ok", "the database's own check says " + integrity);
            Note((await session.ListAsync(Sql.Of($"PRAGMA foreign_key_check"), row => row.Text(0), Cancel)).Count == 0, "a reference points to nothing");
        }

        var kept = (await session.ListAsync(Sql.Of($"SELECT id, name, phone, note FROM customer"), row => (Id: row.Id(0), Name: row.Text(1), Phone: row.OptionalText(2), Note: row.OptionalText(3)), Cancel)).ToDictionary(row => row.Id);
        foreach (var (id, line) in clerks.Customers)
        {
            if (!kept.TryGetValue(id, out var row))
            {
                wrong.Add($"{line.Name} was acknowledged and is lost");
                continue;
            }

            Note(row.Name == line.Name && row.Phone == "+8613800138000", $"{line.Name} is half there");
            Note(row.Note == line.Note || line.Perhaps.Contains(row.Note ?? ""), $"the change of {line.Name} was acknowledged and is lost");
        }

        // Row, ledger line and search terms stand or fall together; of what was never acknowledged too.
        var created = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM ledger WHERE record_type = 'customers' AND action = 'create'"), Cancel);
        Note(created == kept.Count, $"{kept.Count} customers, {created} of them in the ledger");
        var found = await session.ScalarAsync<long>(session.Dialect.IsSqlite ? Sql.Of($"SELECT COUNT(*) FROM customer_search WHERE customer_search MATCH '客户'") : Sql.Of($"SELECT COUNT(*) FROM customer WHERE search @@ '''客户'''::tsquery"), Cancel);
        Note(found == kept.Count, $"{kept.Count} customers, {found} of them in the search terms");
        var stored = await session.ListAsync(Sql.Of($"SELECT id, content_hash FROM attachment"), row => (Id: row.Id(0), Hash: row.Text(1)), Cancel);
        foreach (var (id, hash) in stored)
        {
            var path = Path.Combine(folder, "files", hash[..2], hash);
            Note(File.Exists(path) && Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, Cancel))) == hash, $"the row of file {id} is there and its content is not");
        }

        foreach (var (id, hash) in clerks.Files.Except(stored.Select(file => KeyValuePair.Create(file.Id, file.Hash))))
        {
            wrong.Add($"file {id} ({hash}) was acknowledged and is lost");
        }

        var verdict = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(TimeProvider.System.GetUtcNow(), Schema: new Schema(1, Nouns.All)), Cancel);
        Note(verdict.Whole, "the ledger is not whole: " + verdict.Reason);
        return wrong;

        void Note(bool right, string otherwise)
        {
            if (!right)
            {
                wrong.Add(otherwise);
            }
        }
    }

    public static async Task InOrderAsync(string folder, string? connection, Clerks clerks)
    {
        var wrong = await WrongAsync(folder, connection, clerks);
        Assert.True(wrong.Count == 0, $"{wrong.Count} things are wrong after {clerks.Acknowledged} acknowledged writes: {string.Join("; ", wrong.Take(5))}");
    }
}
