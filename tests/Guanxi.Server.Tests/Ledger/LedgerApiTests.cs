using System.Net.Http.Json;
using System.Text.Json;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Ledger;

public sealed class LedgerApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_auditor_verifies_and_proves_over_HTTP_and_a_forged_proof_is_refused()
    {
        var auditor = server.As("wangfang");
        await server.Company.CustomerAsync(server.Company.ZhangWei, "长沙银行");
        var checkpoint = (await (await auditor.PostAsync("./ledger:checkpoint", null, Cancel)).JsonAsync()).GetProperty("checkpoint");
        var (size, note) = (checkpoint.GetProperty("size").GetInt64(), checkpoint.GetProperty("note").GetString());
        var state = await auditor.ReadAsync("ledger/state");
        Assert.Equal(size, state.GetProperty("checkpoint").GetProperty("size").GetInt64());
        Assert.Contains("BEGIN PUBLIC KEY", state.GetProperty("publicKey").GetString(), StringComparison.Ordinal);
        Assert.Equal(note, (await auditor.ReadAsync("ledger/checkpoints?limit=1")).GetProperty("items")[0].GetProperty("note").GetString());

        var proof = await auditor.ReadAsync($"ledger/{size}/proof");
        Assert.True(await HoldsAsync(auditor, proof, note));
        Assert.True(await HoldsAsync(auditor, await auditor.ReadAsync($"ledger/growth?first={size / 2}&second={size}"), note));
        Assert.False(await HoldsAsync(auditor, JsonDocument.Parse(proof.GetRawText().Replace("\"seq\": " + size, "\"seq\": " + (size - 1), StringComparison.Ordinal)).RootElement, note));

        var report = await (await auditor.PostAsJsonAsync("./ledger:verify", new { checkpoint = note }, Cancel)).JsonAsync();
        Assert.True(report.GetProperty("whole").GetBoolean(), report.ToString());
        Assert.True(report.GetProperty("checkpoints").GetInt32() > 0);
        Assert.True((await auditor.ReadAsync("ledger/state")).GetProperty("lastCheck").GetProperty("whole").GetBoolean());
    }

    private static async Task<bool> HoldsAsync(HttpClient client, JsonElement proof, string? checkpoint) =>
        (await (await client.PostAsJsonAsync("./ledger:check-proof", new { proof, checkpoint }, Cancel)).JsonAsync()).GetProperty("holds").GetBoolean();

    [Fact]
    public async Task Bad_input_is_answered_with_a_sentence()
    {
        var auditor = server.As("wangfang");
        await (await auditor.GetAsync("ledger/999999999/proof", Cancel)).ProblemAsync(404);
        await (await auditor.GetAsync("ledger/1/proof?size=x", Cancel)).ProblemAsync(422);
        await (await auditor.GetAsync("ledger/growth", Cancel)).ProblemAsync(422);
        await (await auditor.GetAsync("ledger/growth?first=999999999", Cancel)).ProblemAsync(404);
        await (await auditor.PostAsJsonAsync("./ledger:verify", new { checkpoint = "hello" }, Cancel)).ProblemAsync(422);
        foreach (var nonsense in new object[] { 1, "x", new { }, new { kind = "inclusion", ledger = "x", size = 1, root = "AA==", path = new[] { "x" } }, new { kind = "inclusion", ledger = "x", size = 1, root = "AA==", path = new[] { (string?)null } } })
        {
            await (await auditor.PostAsJsonAsync("./ledger:check-proof", new { proof = nonsense }, Cancel)).ProblemAsync(422);
        }

        await (await auditor.PostAsJsonAsync("backups/..%2Fguanxi.db:check", new { }, Cancel)).ProblemAsync(404);
    }

    [Fact]
    public async Task Who_may_not_read_the_ledger_or_manage_settings_is_refused_at_every_door()
    {
        foreach (var person in new[] { "zhangwei", "liqiang", "liuyang", "sunli" })
        {
            var client = server.As(person);
            foreach (var path in new[] { "ledger", "ledger/state", "ledger/checkpoints", "ledger/1/proof", "ledger/growth?first=1", "backups" })
            {
                await (await client.GetAsync(path, Cancel)).ProblemAsync(403);
            }

            foreach (var path in new[] { "./ledger:verify", "./ledger:checkpoint", "./ledger:check-proof", "backups", "backups/x:check" })
            {
                await (await client.PostAsJsonAsync(path, new { }, Cancel)).ProblemAsync(403);
            }
        }
    }

    [Fact]
    public async Task An_administrator_makes_a_backup_and_sees_that_it_was_restored_well()
    {
        var administrator = server.As("wangfang");
        var made = await administrator.MakeAsync("backups", new { });
        Assert.True(made.GetProperty("good").GetBoolean(), made.ToString());
        var list = await administrator.ReadAsync("backups");
        Assert.Equal(made.GetProperty("name").GetString(), list.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.True(list.GetProperty("passphraseOnlyHere").GetBoolean());

        // The passphrase is for somebody at the page who has just said who it is.
        await (await administrator.PostAsync("./backups:passphrase", null, Cancel)).ProblemAsync(403);
        await server.SetPasswordsAsync();
        using var seller = new Visitor(server);
        await (await seller.SendAsync(HttpMethod.Post, "session", new { userName = "zhangwei", password = RunningServer.Password })).JsonAsync();
        await (await seller.SendAsync(HttpMethod.Post, "backups:passphrase")).ProblemAsync(403);
        await (await seller.SendAsync(HttpMethod.Post, "backups/x:restore", new { confirm = "x" })).ProblemAsync(403);
        using var visitor = new Visitor(server);
        await (await visitor.SendAsync(HttpMethod.Post, "session", new { userName = "wangfang", password = RunningServer.Password })).JsonAsync();
        await (await visitor.SendAsync(HttpMethod.Post, "backups/nothing:restore", new { confirm = "nothing" })).ProblemAsync(404);
        Assert.True((await (await visitor.SendAsync(HttpMethod.Post, "backups:passphrase")).JsonAsync()).GetProperty("passphrase").GetString()!.Length > 30);
        server.Company.Time.Pass(TimeSpan.FromMinutes(20));
        var late = await (await visitor.SendAsync(HttpMethod.Post, "backups:passphrase")).ProblemAsync(403);
        Assert.Contains("step-up", late.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.False((await administrator.ReadAsync("backups")).GetProperty("passphraseOnlyHere").GetBoolean());
    }
}
