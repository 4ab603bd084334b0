using Guanxi.Database;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Merging;

/// <summary>Merges and undos of random records in random order, a thousand in the long form: no reference ever leads nowhere, and when all are taken back the company is as it was.</summary>
public sealed class MergePropertyTests
{
    private static readonly int Steps = Form.Of(250, 1000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, BothDatabases]
    public async Task Random_merges_and_undos_leave_no_orphan(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var random = new Random(20261122);
        var alive = await FillAsync(company, random);
        var before = await Snapshot.TakeAsync(company);
        var standing = new List<(string Type, Guid Merge, Guid Stays, Guid Goes)>();
        for (var step = 0; step < Steps; step++)
        {
            var type = random.Next(3) == 0 ? "contacts" : "customers";
            var ids = alive[type];
            if (ids.Count > 4 && (standing.Count == 0 || random.Next(2) == 0))
            {
                var (stays, goes) = (ids[random.Next(ids.Count)], ids[random.Next(ids.Count)]);
                if (stays == goes)
                {
                    continue;
                }

                var outcome = await MergeRecords.RunAsync(company.Workspace, company.WangFang, company.Workspace.Schema[type], new MergeRequest(stays, [goes], new Dictionary<string, Guid>()), cancel: Cancel);
                standing.Add((type, outcome.Merges[0], stays, goes));
                ids.Remove(goes);
            }
            else if (standing.Count > 0)
            {
                await UndoAsync(company, standing, alive, random.Next(standing.Count));
            }

            if (step % 50 == 0)
            {
                await NoOrphansAsync(company);
            }
        }

        await NoOrphansAsync(company);
        while (standing.Count > 0)
        {
            await UndoAsync(company, standing, alive, standing.Count - 1);
        }

        await NoOrphansAsync(company);
        Assert.Equal(References(before), References(await Snapshot.TakeAsync(company)));
    }

    /// <summary>In any order, but for a merge whose result was itself merged: that one is taken back first.</summary>
    private static async Task UndoAsync(Company company, List<(string Type, Guid Merge, Guid Stays, Guid Goes)> standing, Dictionary<string, List<Guid>> alive, int at)
    {
        while (standing.FindLastIndex(merge => merge.Goes == standing[at].Stays) is >= 0 and var later)
        {
            at = later;
        }

        var (type, merge, _, goes) = standing[at];
        await UndoMerge.RunAsync(company.Workspace, company.WangFang, merge, cancel: Cancel);
        standing.RemoveAt(at);
        alive[type].Add(goes);
    }

    /// <summary>
    /// Which records there are and to whom activities, consents and both ends of relations belong; values of records that were merged twice and separated out of order may stay
    /// with the later one, and a relation's customer follows its contact.
    /// </summary>
    private static string References(string snapshot) => string.Join('\n', snapshot.Split('\n').Select(line => line.Split(' ') is [var type and ("customers" or "contacts"), var id, .. var rest]
        ? $"{type} {id} {rest is ["deleted", ..]}"
        : string.Join(' ', line.Split(' ').Where(part => !line.StartsWith("relations", StringComparison.Ordinal) || part.StartsWith("contact=", StringComparison.Ordinal) || part.StartsWith("otherContact=", StringComparison.Ordinal)))));

    private static async Task<Dictionary<string, List<Guid>>> FillAsync(Company company, Random random)
    {
        var people = new[] { company.ZhangWei, company.ZhaoMin, company.WangFang };
        var (customers, contacts) = (new List<Guid>(), new List<Guid>());
        for (var i = 0; i < 24; i++)
        {
            var parent = i > 4 && random.Next(3) == 0 ? customers[random.Next(customers.Count)] : (Guid?)null;
            customers.Add((await company.CustomerAsync(company.WangFang, $"客户{i}", new { owner = people[random.Next(3)].Id, phone = $"138000000{i:00}", parent, tags = new[] { $"标签{i % 4}" } })).Id);
        }

        for (var i = 0; i < 40; i++)
        {
            var reportsTo = i > 4 && random.Next(3) == 0 ? contacts[random.Next(contacts.Count)] : (Guid?)null;
            contacts.Add((await company.CreateAsync(company.WangFang, "contacts", new { name = $"联系人{i}", customer = customers[random.Next(customers.Count)], reportsTo, isPrimary = random.Next(2) == 0 })).Id);
        }

        for (var i = 0; i < 40; i++)
        {
            await company.CreateAsync(company.WangFang, "activities", new { kind = random.Next(2) == 0 ? "call" : "task", content = $"跟进{i}", customer = customers[random.Next(customers.Count)], contact = contacts[random.Next(contacts.Count)], dueAt = "2026-12-01T02:00:00Z" });
            var (one, other) = (contacts[random.Next(contacts.Count)], contacts[random.Next(contacts.Count)]);
            if (one != other)
            {
                await company.CreateAsync(company.WangFang, "relations", new { contact = one, otherContact = other, kind = "knows" });
            }

            await company.CreateAsync(company.WangFang, "consents", new { customer = customers[random.Next(customers.Count)], purpose = "service", source = "paper" });
        }

        return new(StringComparer.Ordinal) { ["customers"] = customers, ["contacts"] = contacts };
    }

    /// <summary>No living record, and nothing beside records, refers to one that was merged away.</summary>
    private static async Task NoOrphansAsync(Company company)
    {
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        foreach (var target in company.Workspace.Schema.Types.Where(type => type.Matching.Count > 0))
        {
            foreach (var (type, field) in MergeMoves.References(company.Workspace.Schema, target))
            {
                var orphans = await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {type.Table} r JOIN {target.Table} t ON t.id = r.{field.Column} WHERE r.deleted_at IS NULL AND t.deleted_at IS NOT NULL"), Cancel);
                Assert.True(orphans == 0, $"{orphans} {type.Name} refer by {field.Name} to {target.Name} that are gone");
            }

            foreach (var (table, twin) in MergeMoves.Beside.Where(item => item.Value is null))
            {
                Assert.Equal(0, await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {table} r JOIN {target.Table} t ON t.id = r.record_id WHERE t.deleted_at IS NOT NULL"), Cancel));
            }
        }

        if (session.Dialect.IsSqlite)
        {
            Assert.Empty(await session.ListAsync(Sql.Of($"PRAGMA foreign_key_check"), row => row.Text(0), Cancel));
        }
    }
}
