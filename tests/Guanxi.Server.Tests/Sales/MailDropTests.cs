using System.Net;
using System.Net.Http.Json;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Outbound;
using Guanxi.Sales.Leads;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Sales;

/// <summary>
/// Letters become leads. With GUANXI_TEST_IMAP="host:port:user:password:maildir" against a real server (Debian's dovecot over a Maildir); what needs none is tested always.
/// </summary>
public sealed class MailDropTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<Guid> BoxAsync(string host, int port, string user) =>
        (await server.As("wangfang").MakeAsync("lead-mailboxes", new { name = "询价", host, port, security = "none", userName = user, givenTo = server.Company.ZhangWei.Id, cost = new { amount = "5", currency = "CNY" } })).GetProperty("id").GetGuid();

    private Task<MailLook> LookAsync(Guid id, params string[] allowed)
    {
        var workspace = server.Company.Workspace;
        return MailDrop.LookAsync(workspace, new OutboundClient(new OutboundRules(allowed)), SecretBox.Open(workspace.Folder), id, Cancel);
    }

    [Fact]
    public async Task Each_letter_of_a_real_mailbox_becomes_one_lead_with_its_files()
    {
        if (Environment.GetEnvironmentVariable("GUANXI_TEST_IMAP")?.Split(':') is not [var host, var port, var user, var password, var maildir])
        {
            Assert.Skip("GUANXI_TEST_IMAP is not set");
            return;
        }

        foreach (var old in Directory.GetFiles(maildir, "*", SearchOption.AllDirectories).Where(path => path.Contains("/new/", StringComparison.Ordinal) || path.Contains("/cur/", StringComparison.Ordinal)))
        {
            File.Delete(old);
        }

        void Deliver(string name, string text) => File.WriteAllBytes(Path.Combine(maildir, "new", name), Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));
        Deliver("1", "From: =?utf-8?B?6ZmI56uL5paw?= <chen@huaxing.example>\nSubject: =?utf-8?B?6K+i5Lu3?=\nMessage-ID: <m1@x>\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n两台五轴\n--b\nContent-Type: text/csv; name=list.csv\nContent-Disposition: attachment; filename=list.csv\n\na,b\n--b--\n");
        Deliver("2", "From: bot@x.example\nSubject: Out of office\nAuto-Submitted: auto-replied\nMessage-ID: <m2@x>\n\nx\n");
        Deliver("3", "From: broken\nSubject: \n\n\n");
        var id = await BoxAsync(host, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), user);
        Assert.NotNull((await LookAsync(id, host)).Error);
        await (await server.As("wangfang").PutAsJsonAsync($"lead-mailboxes/{id}/password", new { password }, Cancel)).NoContentAsync();

        // Only where an operator allows it does the program call its own machine.
        Assert.Contains("no public address", (await LookAsync(id)).Error, StringComparison.Ordinal);
        Assert.Equal(new MailLook(2, 0, 1, null), await LookAsync(id, host));
        Assert.Equal(new MailLook(0, 0, 0, null), await LookAsync(id, host));
        var lead = (await server.As("zhangwei").ReadAsync("leads?filter=" + Uri.EscapeDataString("email = \"chen@huaxing.example\"") + "&fields=name,contactName,need,source,cost")).GetProperty("items")[0];
        Assert.Equal(("询价", "陈立新", "两台五轴", "email"), (lead.GetProperty("name").GetString(), lead.GetProperty("contactName").GetString(), lead.GetProperty("need").GetString(), lead.GetProperty("source").GetString()));
        Assert.Contains("list.csv", await server.As("zhangwei").GetStringAsync($"leads/{lead.GetProperty("id").GetString()}/files", Cancel), StringComparison.Ordinal);

        // The server numbers its letters anew: the same letters make no second lead.
        await server.Company.Workspace.Database.WriteAsync(async session => await session.ExecuteAsync(Sql.Of($"UPDATE lead_mailbox SET uid_validity = {1L} WHERE id = {id}")), Cancel);
        Assert.Equal(0, (await LookAsync(id, host)).Made);
        await (await server.As("wangfang").PutAsJsonAsync($"lead-mailboxes/{id}/password", new { password = "falsch" }, Cancel)).NoContentAsync();
        Assert.Contains("said", (await LookAsync(id, host)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_is_never_answered_and_goes_when_its_place_changes()
    {
        var id = await BoxAsync("127.0.0.1", 1, "leads");
        await (await server.As("zhangwei").GetAsync($"lead-mailboxes/{id}", Cancel)).ProblemAsync(404);
        await (await server.As("zhangwei").PutAsJsonAsync($"lead-mailboxes/{id}/password", new { password = "x" }, Cancel)).ProblemAsync(403);
        await (await server.As("wangfang").PutAsJsonAsync($"lead-mailboxes/{id}/password", new { password = "一" }, Cancel)).ProblemAsync(422);
        await (await server.As("wangfang").PutAsJsonAsync($"lead-mailboxes/{id}/password", new { password = "geheim-77" }, Cancel)).NoContentAsync();
        Assert.DoesNotContain("geheim-77", await server.As("wangfang").GetStringAsync($"lead-mailboxes/{id}", Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain("geheim-77", await server.As("wangfang").GetStringAsync("ledger?limit=50", Cancel), StringComparison.Ordinal);
        var before = await (await server.As("wangfang").PostAsJsonAsync($"lead-mailboxes/{id}:look", new { }, Cancel)).JsonAsync();
        Assert.DoesNotContain("password", before.GetProperty("error").GetString(), StringComparison.Ordinal);
        await (await server.As("wangfang").PatchAsync($"lead-mailboxes/{id}", new { port = 2 })).JsonAsync();
        Assert.Contains("password", (await (await server.As("wangfang").PostAsJsonAsync($"lead-mailboxes/{id}:look", new { }, Cancel)).JsonAsync()).GetProperty("error").GetString(), StringComparison.Ordinal);
    }
}
