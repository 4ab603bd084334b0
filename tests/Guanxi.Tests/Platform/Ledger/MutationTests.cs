using System.Data.Common;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

/// <summary>
/// Whoever has the database in hand changes, deletes, inserts, swaps or cuts off one thing, in the ledger or in a business row: every one is found, and named.
/// Two hundred on each database, five hundred in the long form; GUANXI_TEST_MUTATIONS asks for more.
/// </summary>
public sealed class MutationTests
{
    private static readonly int Mutations = int.TryParse(Environment.GetEnvironmentVariable("GUANXI_TEST_MUTATIONS"), out var asked) && asked > 0 ? asked : Form.Of(200, 500);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task Every_single_mutation_is_found_and_named(Db db)
    {
        await using var company = await LivedInAsync(db);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        var outside = Checkpoint.ReadAll((await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel))!.Note, keys);
        await company.CustomerAsync(company.ZhaoMin, "检查点之后");
        var honest = await company.VerifyAsync(outside, keys);
        Assert.True(honest.Whole, honest.Reason);
        var mutator = new Mutator(new Random(20), company.Workspace.Schema);
        var done = 0;
        var kinds = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var tries = 0; done < Mutations; tries++)
        {
            Assert.True(tries < Mutations * 4, $"only {done} of {tries} mutations could be made");
            var what = "";
            try
            {
                await company.Workspace.Database.WriteAsync<bool>(
                    async session =>
                    {
                        if (await mutator.MutateAsync(session) is not { } mutation)
                        {
                            throw new TakeBackException();
                        }

                        what = mutation.What;
                        var report = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(company.Workspace.Now, Schema: company.Workspace.Schema, Keys: keys, Outside: outside), Cancel);
                        Assert.False(report.Whole, $"not found (seed 20, try {tries}): {what}");
                        Assert.True(mutation.Named(report), $"not named (seed 20, try {tries}): {what}: {string.Join("; ", report.Findings.Select(finding => finding.Sentence.En))}");
                        done++;
                        kinds[mutation.Kind] = kinds.GetValueOrDefault(mutation.Kind) + 1;
                        throw new TakeBackException();
                    },
                    Cancel);
            }
            catch (Exception error) when (error is TakeBackException or DbException)
            {
                // Taken back; or the database itself refused it.
            }
        }

        // A run in which one kind never happened would prove nothing about it.
        Assert.All(Mutator.Kinds, kind => Assert.True(kinds.GetValueOrDefault(kind) > 0, $"{kind} never happened"));
        var after = await company.VerifyAsync(outside, keys);
        Assert.True(after.Whole, after.Reason);
    }

    private sealed class TakeBackException : Exception;

    /// <summary>A company in which each noun has rows, with custom fields, deletions, a change of owner and shares.</summary>
    private static async Task<Company> LivedInAsync(Db db)
    {
        var company = await Company.OpenAsync(db);
        await Guanxi.Platform.Fields.CustomFields.AddAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], Company.Json(new { name = "budget", kind = "number", labels = new Dictionary<string, string> { ["zh-Hans"] = "预算", ["en"] = "Budget" } }), Cancel);
        await Guanxi.Platform.Fields.CustomFields.AddAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], Company.Json(new { name = "half", kind = "formula", formula = "budget / 2", labels = new Dictionary<string, string> { ["zh-Hans"] = "一半", ["en"] = "Half" } }), Cancel);
        for (var i = 0; i < 6; i++)
        {
            var customer = await company.CustomerAsync(i % 2 == 0 ? company.ZhangWei : company.ZhaoMin, $"客户 {i}", new { phone = $"1380013800{i}", city = "长沙", tags = new[] { "展会" }, employees = 12 + i, budget = 1000.5 + i, annualRevenue = new { amount = "12.50", currency = "CNY" }, birthday = "1990-03-0" + (i + 1) });
            var contact = await company.CreateAsync(company.WangFang, "contacts", new { name = $"联系人 {i}", customer = customer.Id, isPrimary = true, birthday = "lunar:1985-08-15" });
            var other = await company.CreateAsync(company.WangFang, "contacts", new { name = $"另一位 {i}", customer = customer.Id, isPrimary = true });
            await company.CreateAsync(company.WangFang, "relations", new { contact = contact.Id, kind = "knows", otherContact = other.Id, strength = 3 });
            await company.CreateAsync(company.ZhangWei.Id == customer.OwnerId ? company.ZhangWei : company.ZhaoMin, "activities", new { kind = "call", content = "谈报价", customer = customer.Id, contact = contact.Id });
            await company.CreateAsync(company.WangFang, "activities", new { kind = "task", subject = "寄样品", customer = customer.Id, dueAt = "2026-12-01T02:00:00Z" });
            if (i == 2)
            {
                await company.ChangeAsync(company.WangFang, customer, new { owner = company.ZhaoMin.Id });
            }

            if (i == 3)
            {
                await RecordUseCases.DeleteAsync(company.Workspace, company.WangFang, company.Workspace.Schema["customers"], customer.Id, cancel: Cancel);
            }
        }

        return company;
    }
}
