using System.Security.Cryptography;
using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Ledger;

public sealed class CheckpointTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<(Company Company, LedgerKeys Keys, Checkpoints.Kept Made)> SignedAsync(Db db, int customers = 3)
    {
        var company = await Company.OpenAsync(db);
        for (var i = 0; i < customers; i++)
        {
            await company.CustomerAsync(company.ZhangWei, $"客户 {i}");
        }

        var keys = LedgerKeys.Open(company.Workspace.Folder);
        return (company, keys, (await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel))!);
    }

    [Theory, BothDatabases]
    public async Task A_checkpoint_is_signed_each_minute_or_thousand_entries_and_only_when_something_is_new(Db db)
    {
        var (company, keys, made) = await SignedAsync(db);
        await using var _ = company;
        Assert.Null(Assert.Single(Checkpoint.ReadAll(made.Note, keys)).Problem);
        Assert.Null(await Checkpoints.MakeAsync(company.Workspace, keys, cancel: Cancel));
        await company.CustomerAsync(company.ZhangWei, "又一家");
        Assert.Null(await Checkpoints.MakeAsync(company.Workspace, keys, cancel: Cancel));
        company.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(made.Size + 1, (await Checkpoints.MakeAsync(company.Workspace, keys, cancel: Cancel))!.Size);
        await company.Workspace.WriteAsync(company.Program, context =>
        {
            Enumerable.Range(0, 1000).ToList().ForEach(_ => context.Note("probe"));
            return Task.CompletedTask;
        }, cancel: Cancel);
        Assert.Equal(made.Size + 1001, (await Checkpoints.MakeAsync(company.Workspace, keys, cancel: Cancel))!.Size);
        var report = await company.VerifyAsync(keys: keys);
        Assert.True(report.Whole, report.Reason);
        Assert.Equal(3, report.Checkpoints);
    }

    [Fact]
    public async Task The_signing_key_is_for_the_programs_user_alone()
    {
        var (company, keys, _) = await SignedAsync(Db.Sqlite);
        await using var __ = company;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix permissions");
        var folder = Path.Combine(company.Workspace.Folder, "keys");
#pragma warning disable CA1416
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, LedgerKeys.PrivateFile)));
#pragma warning restore CA1416
        keys.Dispose();
    }

    [Theory, BothDatabases]
    public async Task A_history_that_was_written_again_with_all_its_hashes_is_found_by_a_checkpoint_from_outside(Db db)
    {
        var (company, keys, made) = await SignedAsync(db);
        await using var _ = company;
        await company.CustomerAsync(company.ZhangWei, "之后");
        await Forger.RewriteAsync(company, made.Size - 1, forgetCheckpoints: true);
        var unaware = await company.VerifyAsync(keys: keys);
        Assert.DoesNotContain(unaware.Findings, finding => finding.Kind is "entry" or "content" or "head" or "tree");
        var report = await company.VerifyAsync(Checkpoint.ReadAll(made.Note, keys), keys);
        Assert.Contains(report.Findings, finding => finding.Kind == "checkpoint" && finding.Sequence <= made.Size - 1);
    }

    [Theory, BothDatabases]
    public async Task An_old_copy_put_in_place_is_found_by_a_checkpoint_from_outside(Db db)
    {
        var (company, keys, made) = await SignedAsync(db);
        await using var _ = company;
        await Forger.CutAsync(company, made.Size - 2, forgetCheckpoints: true);
        var report = await company.VerifyAsync(Checkpoint.ReadAll(made.Note, keys), keys);
        Assert.Contains(report.Findings, finding => finding.Kind == "rollback");
        Assert.DoesNotContain((await company.VerifyAsync(keys: keys)).Findings, finding => finding.Kind is "rollback" or "head" or "tree" or "missing");
    }

    [Fact]
    public async Task A_checkpoint_that_somebody_else_signed_or_altered_is_not_believed()
    {
        var (company, keys, made) = await SignedAsync(Db.Sqlite);
        await using var _ = company;
        var folder = Directory.CreateTempSubdirectory("guanxi-").FullName;
        using var stranger = LedgerKeys.Open(folder);
        var forged = new Checkpoint(Checkpoint.ReadAll(made.Note, keys)[0].Checkpoint.LedgerId, made.Size, RandomNumberGenerator.GetBytes(32), made.At).Sign(stranger);
        Assert.NotNull(Checkpoint.ReadAll(forged, keys)[0].Problem);
        Assert.NotNull(Checkpoint.ReadAll(made.Note.Replace($"\n{made.Size}\n", $"\n{made.Size + 1}\n", StringComparison.Ordinal), keys)[0].Problem);
        Assert.Throws<InvalidDataException>(() => Checkpoint.ReadAll("hello", keys));
        Assert.Contains((await company.VerifyAsync(Checkpoint.ReadAll(forged, keys), keys)).Findings, finding => finding.Kind == "checkpoint");
        Directory.Delete(folder, recursive: true);
    }

    [Theory, BothDatabases]
    public async Task Proofs_from_the_database_hold_across_blocks_and_a_forged_one_is_refused(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.Workspace.WriteAsync(company.Program, context =>
        {
            Enumerable.Range(0, 1500).ToList().ForEach(at => context.Note($"probe {at}"));
            return Task.CompletedTask;
        }, cancel: Cancel);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        var made = (await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel))!;
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        foreach (var sequence in new[] { 1, 2, 255, 256, 257, 512, 1024, 1025, made.Size })
        {
            var proof = (await LedgerProof.OfEntryAsync(session, sequence, cancel: Cancel))!;
            Assert.Null(LedgerProof.Parse(proof.ToJson()).Wrong(keys));
            Assert.NotNull((proof with { Entry = proof.Entry! with { Action = "other" } }).Wrong(keys));
            Assert.NotNull((proof with { Entry = proof.Entry! with { Changes = "{}" } }).Wrong(keys));
            Assert.NotNull((proof with { Root = RandomNumberGenerator.GetBytes(32) }).Wrong(keys));
            Assert.NotNull((proof with { Checkpoint = null }).Wrong(keys));
            Assert.Null((proof with { Entry = proof.Entry!.WithoutValues() }).Wrong(keys));
        }

        foreach (var first in new long[] { 1, 255, 256, 700, made.Size })
        {
            var proof = (await LedgerProof.OfGrowthAsync(session, first, made.Size, Cancel))!;
            Assert.Null(proof.Wrong(keys));
            Assert.NotNull((proof with { FirstRoot = RandomNumberGenerator.GetBytes(32) }).Wrong(keys));
        }

        Assert.Null(await LedgerProof.OfEntryAsync(session, made.Size + 1, cancel: Cancel));
        Assert.Null(await LedgerProof.OfEntryAsync(session, 0, cancel: Cancel));
    }

    [Theory, BothDatabases]
    public async Task Erasing_a_person_leaves_chain_tree_and_proofs_whole_and_taking_values_away_without_saying_so_is_found(Db db)
    {
        var (company, keys, made) = await SignedAsync(db);
        await using var _ = company;
        var customer = await company.CustomerAsync(company.ZhangWei, "王小明", new { phone = "13800138000" });
        var sequence = (await company.VerifyAsync()).Entries;
        await company.Workspace.WriteAsync(company.Program, context => LedgerErasure.EraseAsync(context, "customers", customer.Id, [sequence], Cancel), cancel: Cancel);
        var report = await company.VerifyAsync(Checkpoint.ReadAll(made.Note, keys), keys);
        Assert.True(report.Whole, report.Reason);
        await company.TamperAsync($"UPDATE ledger SET changes = NULL, salt = NULL WHERE seq = {sequence - 1}");
        Assert.Contains((await company.VerifyAsync()).Findings, finding => finding.Kind == "content" && finding.Sequence == sequence - 1);
    }

    [Theory, BothDatabases]
    public async Task What_was_repaired_by_hand_can_be_accepted_and_stays_visible(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行");
        await company.TamperAsync("UPDATE customer SET city = '长沙' WHERE name = '长沙银行'");
        Assert.Contains((await company.VerifyAsync()).Findings, finding => finding is { Kind: "row", Field: "city" } && finding.Record == customer.Id);
        Assert.Equal(1, await LedgerAcceptance.RunAsync(company.Workspace, company.Program, "修复", Cancel));
        var report = await company.VerifyAsync();
        Assert.True(report.Whole, report.Reason);
        await company.TamperAsync("UPDATE customer SET city = '上海' WHERE name = '长沙银行'");
        Assert.False((await company.VerifyAsync()).Whole);
    }

    [Theory, BothDatabases]
    public async Task A_ledger_older_than_the_tree_grows_one(Db db)
    {
        var (company, keys, made) = await SignedAsync(db);
        await using var _ = company;
        await company.TamperAsync("UPDATE ledger_head SET frontier = NULL");
        Assert.True(await company.Workspace.Database.WriteAsync(session => LedgerBook.StartAsync(session, Cancel), Cancel));
        await company.CustomerAsync(company.ZhangWei, "之后");
        var report = await company.VerifyAsync(Checkpoint.ReadAll(made.Note, keys), keys);
        Assert.True(report.Whole, report.Reason);
    }

    [Theory, BothDatabases]
    public async Task A_check_from_the_middle_sees_what_comes_after(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await company.Workspace.WriteAsync(company.Program, context =>
        {
            Enumerable.Range(0, 900).ToList().ForEach(at => context.Note($"probe {at}"));
            return Task.CompletedTask;
        }, cancel: Cancel);
        await company.TamperAsync("UPDATE ledger SET action = 'other' WHERE seq = 600");
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        foreach (var (from, whole) in new[] { (1L, false), (300L, false), (600L, false), (601L, true), (700L, true) })
        {
            var report = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(company.Workspace.Now, from), Cancel);
            Assert.True(report.Whole == whole || from > 600, $"from {from}: {report.Reason}");
            Assert.Equal(whole ? report.BadSequence : 600, report.BadSequence);
        }
    }
}
