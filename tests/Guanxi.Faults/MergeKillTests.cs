using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Faults.World;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;

namespace Guanxi.Faults;

/// <summary>The server is killed while it merges, takes merges back and imports: each of them is wholly done or not at all, and nothing points to nothing.</summary>
public sealed class MergeKillTests
{
    private const int Pairs = 6;
    private const int Contacts = 8;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_merge_and_its_undo_are_wholly_done_or_not_at_all()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-merge-kill-").FullName;
        var token = await ServingProgram.TokenAsync(folder);
        var pairs = new List<(Guid Stays, Guid Goes)>();
        await using (var server = await ServingProgram.StartAsync(folder))
        {
            using var client = server.Client(token);
            for (var i = 0; i < Pairs; i++)
            {
                pairs.Add((await MakeAsync(client, $"甲{i}"), await MakeAsync(client, $"乙{i}")));
            }
        }

        var random = new Random(7);
        var (merged, undone) = (0, 0);
        for (var cycle = 0; cycle < Form.Of(6, 100); cycle++)
        {
            await using var server = await ServingProgram.StartAsync(folder);
            using var client = server.Client(token);
            var done = 0;
            var enough = random.Next(1, 12);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var work = pairs.Select(pair => Task.Run(
                async () =>
                {
                    try
                    {
                        while (true)
                        {
                            using var answer = await client.PostAsJsonAsync("./customers:merge", new { survivor = pair.Stays, records = new[] { pair.Goes } }, Cancel);
                            Interlocked.Add(ref merged, answer.IsSuccessStatusCode ? 1 : 0);
                            Told();
                            var last = (await client.GetFromJsonAsync<JsonElement>($"merges?record={pair.Goes}&limit=1", Cancel)).GetProperty("items")[0].GetProperty("id").GetGuid();
                            using var back = await client.PostAsJsonAsync($"./merges/{last}:undo", new { }, Cancel);
                            Interlocked.Add(ref undone, back.IsSuccessStatusCode ? 1 : 0);
                            Told();
                        }
                    }
                    catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
                    {
                        // Killed.
                    }
                    finally
                    {
                        reached.TrySetResult();
                    }
                },
                Cancel)).ToList();
            await reached.Task.WaitAsync(TimeSpan.FromMinutes(2), Cancel);
            await server.KillAsync();
            await Task.WhenAll(work);
            await LookAsync(folder, pairs);

            void Told()
            {
                if (Interlocked.Increment(ref done) >= enough)
                {
                    reached.TrySetResult();
                }
            }
        }

        Assert.True(merged > 0 && undone > 0, $"{merged} merges and {undone} undos were answered");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Guid> MakeAsync(HttpClient client, string name)
    {
        using var made = await client.PostAsJsonAsync("customers?confirm=duplicate", new { name, phone = "13800138000" }, Cancel);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetGuid();
        var operations = Enumerable.Range(0, Contacts).Select(i => new { op = "create", values = new { name = $"{name}的{(char)('甲' + (7 * i))}", customer = id } });
        using var contacts = await client.PostAsJsonAsync("./contacts:batch?confirm=duplicate", new { operations }, Cancel);
        Assert.True(contacts.IsSuccessStatusCode, await contacts.Content.ReadAsStringAsync(Cancel));
        return id;
    }

    /// <summary>Of each pair: merged with everything at the one that stays, or apart with everything where it was.</summary>
    private static async Task LookAsync(string folder, List<(Guid Stays, Guid Goes)> pairs)
    {
        await using var database = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}");
        await using var session = await database.ReadAsync(Cancel);
        Assert.Empty(await session.ListAsync(Sql.Of($"PRAGMA foreign_key_check"), row => row.Text(0), Cancel));
        foreach (var (stays, goes) in pairs)
        {
            var merges = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM record_merge WHERE loser_id = {goes} AND undone_at IS NULL"), Cancel);
            var gone = await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE id = {goes} AND deleted_at IS NOT NULL"), Cancel);
            var (at, with) = (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM contact WHERE customer_id = {stays} AND deleted_at IS NULL"), Cancel), await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM contact WHERE customer_id = {goes} AND deleted_at IS NULL"), Cancel));
            Assert.Equal(merges == 1 ? (1, 1, 2 * Contacts, 0) : (0, 0, Contacts, Contacts), (merges, gone, at, with));
        }

        var verdict = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(TimeProvider.System.GetUtcNow(), Schema: new Schema(1, Nouns.All)), Cancel);
        Assert.True(verdict.Whole, verdict.Reason);
    }

    [Fact]
    public async Task An_import_goes_on_after_each_kill_and_brings_every_row_once()
    {
        const int Rows = 6_000;
        var folder = Directory.CreateTempSubdirectory("guanxi-import-kill-").FullName;
        var token = await ServingProgram.TokenAsync(folder);
        var text = new StringBuilder("客户名称,外部系统编号,城市\n");
        for (var i = 0; i < Rows; i++)
        {
            text.Append($"客户{i},E{i},城市{i % 50}\n");
        }

        Guid? batch = null;
        var random = new Random(11);
        for (var cycle = 0; ; cycle++)
        {
            await using var server = await ServingProgram.StartAsync(folder);
            using var client = server.Client(token);
            batch ??= await StartImportAsync(client, text.ToString());
            var kills = cycle < Form.Of(3, 20);
            var stop = random.Next(200, Rows / 2) + (cycle * 500);
            while (true)
            {
                var state = await client.GetFromJsonAsync<JsonElement>($"imports/{batch}", Cancel);
                var (status, read) = (state.GetProperty("state").GetString(), state.GetProperty("read").GetInt32());
                if (status is "done" or "failed" or "undone")
                {
                    Assert.Equal("done", status);
                    await AllOnceAsync(folder, Rows);
                    Directory.Delete(folder, recursive: true);
                    return;
                }

                if (kills && read >= stop)
                {
                    await server.KillAsync();
                    break;
                }
            }
        }
    }

    private static async Task<Guid> StartImportAsync(HttpClient client, string text)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "customers.csv" }, { new StringContent("""{"type":"customers"}"""), "options" } };
        using var uploaded = await client.PostAsync(new Uri("./imports:upload", UriKind.Relative), form, Cancel);
        var batch = (await uploaded.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("batch").GetGuid();
        using var started = await client.PostAsJsonAsync($"./imports/{batch}:start", new { type = "customers" }, Cancel);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync(Cancel));
        return batch;
    }

    private static async Task AllOnceAsync(string folder, int rows)
    {
        await using var database = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}");
        await using var session = await database.ReadAsync(Cancel);
        Assert.Empty(await session.ListAsync(Sql.Of($"PRAGMA foreign_key_check"), row => row.Text(0), Cancel));
        Assert.Equal((rows, rows), (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer"), Cancel), await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(DISTINCT external_id) FROM customer"), Cancel)));
        var verdict = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(TimeProvider.System.GetUtcNow(), Schema: new Schema(1, Nouns.All)), Cancel);
        Assert.True(verdict.Whole, verdict.Reason);
    }
}
