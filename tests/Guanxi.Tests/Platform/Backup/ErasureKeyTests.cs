using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Privacy;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Backup;

/// <summary>The key by which erased people are known again: in every backup, and kept where a backup has none.</summary>
public sealed class ErasureKeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string KeyOf(string folder) => Path.Combine(folder, "keys", "privacy.key");

    private static async Task<Workspace> RestoreAsync(Company company, string backup)
    {
        var folder = company.Workspace.Folder;
        await BackupRestore.PrepareAsync(backup, BackupSettings.Read(folder).Passphrase(), folder, company.Time, Cancel);
        BackupRestore.Finish(folder);
        return await Workspace.OpenAsync(GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "guanxi.db")}"), folder, company.Time, cancel: Cancel);
    }

    private static async Task<string> BackUpAsync(Company company, string name)
    {
        var file = Path.Combine(company.Workspace.Folder, name);
        await BackupMaker.RunAsync(company.Workspace.Database, BackupSettings.Read(company.Workspace.Folder), file, company.Time.GetUtcNow(), Cancel);
        return file;
    }

    /// <summary>曾国藩 is written down after the backup and erased; so his hashes cannot be made again from what the backup holds.</summary>
    private static async Task EraseALateComerAsync(Company company)
    {
        var late = await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", phone = "13977001234" });
        await Erasure.RunAsync(company.Workspace, company.WangFang, late.Type, late.Id, "本人来信", block: true, trial: false, cancel: Cancel);
    }

    [Fact]
    public async Task A_first_start_makes_the_key_and_two_at_once_agree_on_one()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var made = await File.ReadAllTextAsync(KeyOf(company.Workspace.Folder), Cancel);
        Assert.Equal(64, made.Length);
        var folder = Directory.CreateTempSubdirectory("guanxi-keys-").FullName;
        var both = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Convert.ToHexString(BlockList.Key(folder)), Cancel)));
        Assert.Single(both.Distinct());
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_any_restore_an_erased_person_is_known_again(bool madeBeforeThereWasAKey)
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        company.WritesPastTheProgram();
        var key = await File.ReadAllTextAsync(KeyOf(company.Workspace.Folder), Cancel);
        if (madeBeforeThereWasAKey)
        {
            File.Delete(KeyOf(company.Workspace.Folder));
        }

        var backup = await BackUpAsync(company, "before.gxb");
        await EraseALateComerAsync(company);
        await company.Workspace.DisposeAsync();
        await using var restored = await RestoreAsync(company, backup);
        Assert.Equal(!madeBeforeThereWasAKey, await File.ReadAllTextAsync(KeyOf(restored.Folder), Cancel) == key);
        var zhangWei = restored.ActorFor(restored.Directory.People.Single(person => person.UserName == "zhangwei"), "import");
        var refusal = await Refused.ByAsync(() => Guanxi.Platform.Records.RecordUseCases.CreateAsync(restored, zhangWei, restored.Schema["contacts"], Company.Json(new { name = "曾先生", phone = "139 7700 1234" }), cancel: Cancel));
        Assert.Equal(422, refusal.Status);
    }

    [Fact]
    public async Task A_backup_with_a_key_of_its_own_keeps_it_wherever_it_is_put()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        company.WritesPastTheProgram();
        await EraseALateComerAsync(company);
        var key = await File.ReadAllTextAsync(KeyOf(company.Workspace.Folder), Cancel);
        var backup = await BackUpAsync(company, "own.gxb");
        var elsewhere = Directory.CreateTempSubdirectory("guanxi-elsewhere-").FullName;
        BlockList.Key(elsewhere);
        await BackupRestore.PrepareAsync(backup, BackupSettings.Read(company.Workspace.Folder).Passphrase(), elsewhere, company.Time, Cancel);
        BackupRestore.Finish(elsewhere);
        Assert.Equal(key, await File.ReadAllTextAsync(KeyOf(elsewhere), Cancel));
        Directory.Delete(elsewhere, recursive: true);
    }
}
