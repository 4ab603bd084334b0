using System.Security.Cryptography;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Backup;
using Guanxi.Platform.Files;
using Guanxi.Platform.Ledger;
using Guanxi.Tests.World;
using Npgsql;

namespace Guanxi.Tests.Platform.Backup;

public sealed class BackupTests
{
    private const string Canary = "金丝雀canary7731";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A company with a customer whose name is looked for, and a file on it.</summary>
    private static async Task<Company> BusyAsync(Db db)
    {
        var company = await Company.OpenAsync(db);
        var customer = await company.CustomerAsync(company.ZhangWei, Canary, new { phone = "13800138000" });
        using var content = new MemoryStream(Encoding.UTF8.GetBytes("contents of " + Canary));
        await Attachments.AddAsync(company.Workspace, company.ZhangWei, company.Workspace.Schema["customers"], customer.Id, "合同.txt", content, Cancel);
        using var keys = LedgerKeys.Open(company.Workspace.Folder);
        await Checkpoints.MakeAsync(company.Workspace, keys, now: true, Cancel);
        return company;
    }

    private static BackupStore Store(Company company, string? second = null) => new(company.Workspace.Database, BackupSettings.Read(company.Workspace.Folder) with { SecondPlace = second }, company.Time);

    [Theory, BothDatabases]
    public async Task A_backup_is_restored_into_an_empty_place_and_looked_at_by_itself(Db db)
    {
        await using var company = await BusyAsync(db);
        var second = Directory.CreateTempSubdirectory("guanxi-second-").FullName;
        var made = await Store(company, second).MakeAsync("asked", cancel: Cancel);
        Assert.True(made.Good, string.Join("; ", made.Note?.Problems ?? ["no note"]));
        Assert.Equal("copied", made.Note!.SecondPlace);
        Assert.Equal(await File.ReadAllBytesAsync(made.Path, Cancel), await File.ReadAllBytesAsync(Path.Combine(second, made.Name), Cancel));
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(made.Path)!));
        Directory.Delete(second, recursive: true);
    }

    [Theory, BothDatabases]
    public async Task Writers_go_on_while_it_is_made_and_it_holds_one_moment(Db db)
    {
        await using var company = await BusyAsync(db);
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await company.CustomerAsync(company.ZhangWei, $"客户 {written++}");
                }
            },
            Cancel);
        for (var i = 0; i < Form.Of(2, 5); i++)
        {
            company.Time.Pass(TimeSpan.FromSeconds(1));
            var before = written;
            var made = await Store(company).MakeAsync("asked", cancel: Cancel);
            Assert.True(made.Good, string.Join("; ", made.Note?.Problems ?? ["no note"]));
            Assert.True(written > before, "nobody could write meanwhile");
        }

        await stop.CancelAsync();
        await writing;
    }

    [Theory, BothDatabases]
    public async Task Nothing_of_what_is_in_it_can_be_read_in_it(Db db)
    {
        await using var company = await BusyAsync(db);
        var made = await Store(company).MakeAsync("asked", cancel: Cancel);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(made.Path)!, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            foreach (var text in new[] { Canary, "canary", "13800138000", "SQLite format", "customers" })
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) < 0, $"{text} can be read in {Path.GetFileName(file)}");
            }
        }
    }

    [Fact]
    public async Task Every_damaged_backup_is_refused_a_hundred_of_a_hundred()
    {
        await using var company = await BusyAsync(Db.Sqlite);
        var settings = BackupSettings.Read(company.Workspace.Folder);
        var good = Path.Combine(company.Workspace.Folder, "good.gxb");
        await BackupMaker.RunAsync(company.Workspace.Database, settings with { Iterations = 2000 }, good, company.Time.GetUtcNow(), Cancel);
        var bytes = await File.ReadAllBytesAsync(good, Cancel);
        var random = new Random(11);
        var damaged = Path.Combine(company.Workspace.Folder, "damaged.gxb");
        for (var trial = 0; trial < 100; trial++)
        {
            // At least once each: the header's every part, the last bytes, and each kind of damage.
            var copy = bytes.ToArray();
            var what = (trial % 5) switch
            {
                0 => Flip(trial < 50 ? trial * 6 : random.Next(copy.Length)),
                1 => Cut(random.Next(copy.Length)),
                2 => Add(random.Next(1, 40)),
                3 => Swap(),
                _ => Flip(copy.Length - 1 - random.Next(64)),
            };
            await File.WriteAllBytesAsync(damaged, copy, Cancel);
            var error = await Assert.ThrowsAnyAsync<BackupDamagedException>(() => CheckAsync(damaged, settings.Passphrase(), company));
            Assert.True(error.Message.Length > 20, what);

            string Flip(int at)
            {
                copy[at] ^= (byte)(1 << random.Next(8));
                return $"byte {at} changed";
            }

            string Cut(int length)
            {
                copy = copy[..length];
                return $"cut off at {length}";
            }

            string Add(int length)
            {
                copy = [.. copy, .. RandomNumberGenerator.GetBytes(length)];
                return "added to";
            }

            string Swap()
            {
                // Two stretches change places, as chunks that were put together anew.
                var (one, other, length) = (300 + random.Next(copy.Length / 3), (copy.Length / 2) + random.Next(copy.Length / 3), 64);
                var kept = copy[one..(one + length)];
                copy.AsSpan(other, length).CopyTo(copy.AsSpan(one));
                kept.CopyTo(copy, other);
                return "put together anew";
            }
        }

        var wrong = await Assert.ThrowsAnyAsync<BackupDamagedException>(() => CheckAsync(good, "another passphrase", company));
        Assert.Contains("passphrase", wrong.Message, StringComparison.Ordinal);
        Assert.True((await CheckAsync(good, settings.Passphrase(), company)).Good);
    }

    [Fact]
    public async Task Chunks_that_are_dropped_doubled_or_moved_do_not_open()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-").FullName;
        var path = Path.Combine(folder, "b.gxb");
        var header = BackupHeader.New(DateTimeOffset.UnixEpoch, BackupHeader.Sqlite) with { ChunkSize = 1024, Iterations = 1000 };
        await using (var writer = await BackupWriter.CreateAsync(path, header, "secret", Cancel))
        {
            using var content = new MemoryStream(RandomNumberGenerator.GetBytes(20_000));
            await writer.AddAsync("part", content, Cancel);
            await writer.CompleteAsync(Cancel);
        }

        var bytes = await File.ReadAllBytesAsync(path, Cancel);
        var front = header.ToBytes().Length;
        var chunks = bytes[front..].Chunk(4 + 16 + 1024).ToList();
        foreach (var arranged in new List<List<byte[]>>
        {
            chunks.Where((_, at) => at != 3).ToList(),
            chunks.SelectMany((chunk, at) => at == 3 ? new[] { chunk, chunk } : [chunk]).ToList(),
            chunks.Select((chunk, at) => at == 2 ? chunks[5] : at == 5 ? chunks[2] : chunk).ToList(),
            chunks.Take(4).ToList(),
            chunks.Append(chunks[^1]).ToList(),
        })
        {
            await File.WriteAllBytesAsync(path, [.. bytes[..front], .. arranged.SelectMany(chunk => chunk)], Cancel);
            await using var reader = await BackupReader.OpenAsync(path, "secret", Cancel);
            await Assert.ThrowsAsync<BackupDamagedException>(() => reader.ReadAsync((_, _) => Task.CompletedTask, Cancel));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static Task<BackupReport> CheckAsync(string path, string passphrase, Company company) =>
        BackupCheck.RunAsync(path, passphrase, Path.Combine(company.Workspace.Folder, ".check-test"), company.Time, cancel: Cancel);

    [Fact]
    public async Task A_restored_company_is_the_company_and_the_old_data_are_kept_beside()
    {
        await using var company = await BusyAsync(Db.Sqlite);
        var settings = BackupSettings.Read(company.Workspace.Folder);
        var file = Path.Combine(company.Workspace.Folder, "good.gxb");
        await BackupMaker.RunAsync(company.Workspace.Database, settings, file, company.Time.GetUtcNow(), Cancel);
        var target = Directory.CreateTempSubdirectory("guanxi-target-").FullName;
        await File.WriteAllTextAsync(Path.Combine(target, "guanxi.json"), "{}", Cancel);
        await BackupRestore.PrepareAsync(file, settings.Passphrase(), target, company.Time, Cancel);
        Assert.True(BackupRestore.IsPending(target));
        var aside = BackupRestore.Finish(target);
        Assert.NotNull(aside);
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(target, "guanxi.json"), Cancel));
        await using (var workspace = await Guanxi.Platform.Workspace.OpenAsync(GuanxiDatabase.Open($"Data Source={Path.Combine(target, "guanxi.db")}"), target, company.Time, cancel: Cancel))
        {
            await using var session = await workspace.Database.ReadAsync(Cancel);
            Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE name = {Canary}"), Cancel));
            var hash = await session.ScalarAsync<string>(Sql.Of($"SELECT content_hash FROM attachment"), Cancel);
            Assert.Equal("contents of " + Canary, await File.ReadAllTextAsync(Attachments.PathOf(workspace, hash!), Cancel));
        }

        Assert.Null(BackupRestore.Finish(target));
        Directory.Delete(target, recursive: true);
    }

    /// <summary>Killed at each step of the change of names, the next start carries it through.</summary>
    [Fact]
    public async Task A_restore_that_was_cut_short_anywhere_is_carried_through_at_the_next_start()
    {
        await using var company = await BusyAsync(Db.Sqlite);
        var settings = BackupSettings.Read(company.Workspace.Folder);
        var file = Path.Combine(company.Workspace.Folder, "good.gxb");
        await BackupMaker.RunAsync(company.Workspace.Database, settings, file, company.Time.GetUtcNow(), Cancel);
        for (var step = 0; step < 6; step++)
        {
            var target = Directory.CreateTempSubdirectory("guanxi-target-").FullName;
            await File.WriteAllTextAsync(Path.Combine(target, "guanxi.db"), "old", Cancel);
            await File.WriteAllTextAsync(Path.Combine(target, "guanxi.db-wal"), "old", Cancel);
            Directory.CreateDirectory(Path.Combine(target, "files", "zz"));
            await BackupRestore.PrepareAsync(file, settings.Passphrase(), target, company.Time, Cancel);
            var aside = Directory.CreateDirectory(Path.Combine(target, "before-restore-" + company.Time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture))).FullName;
            var moves = new (string From, string To)[]
            {
                (Path.Combine(target, "guanxi.db"), Path.Combine(aside, "guanxi.db")),
                (Path.Combine(target, ".restore", "guanxi.db"), Path.Combine(target, "guanxi.db")),
                (Path.Combine(target, "guanxi.db-wal"), Path.Combine(aside, "guanxi.db-wal")),
                (Path.Combine(target, "files"), Path.Combine(aside, "files")),
                (Path.Combine(target, ".restore", "files"), Path.Combine(target, "files")),
            };
            foreach (var (from, to) in moves.Take(step))
            {
                Directory.Move(from, to);
            }

            BackupRestore.Finish(target);
            Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(aside, "guanxi.db"), Cancel));
            Assert.False(File.Exists(Path.Combine(target, "guanxi.db-wal")));
            Assert.True(Directory.Exists(Path.Combine(aside, "files", "zz")));
            Assert.False(BackupRestore.IsPending(target) || Directory.Exists(Path.Combine(target, ".restore")));
            await using (var database = GuanxiDatabase.Open($"Data Source={Path.Combine(target, "guanxi.db")}"))
            {
                await using var session = await database.ReadAsync(Cancel);
                Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM customer WHERE name = {Canary}"), Cancel));
            }

            Directory.Delete(target, recursive: true);
        }
    }

    [Fact]
    public async Task A_dump_goes_into_an_empty_PostgreSQL_database_and_into_no_other()
    {
        Assert.SkipWhen(Company.Postgres is null, "No PostgreSQL was started; ./guanxi test does.");
        await using var company = await BusyAsync(Db.Postgres);
        var settings = BackupSettings.Read(company.Workspace.Folder);
        var file = Path.Combine(company.Workspace.Folder, "good.gxb");
        await BackupMaker.RunAsync(company.Workspace.Database, settings, file, company.Time.GetUtcNow(), Cancel);
        var target = Directory.CreateTempSubdirectory("guanxi-target-").FullName;
        await Assert.ThrowsAsync<IOException>(() => BackupRestore.IntoPostgresAsync(file, settings.Passphrase(), company.Workspace.Database.ConnectionString, target, null, company.Time, Cancel));
        var name = "r" + Guid.CreateVersion7().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name}");
        var connection = new NpgsqlConnectionStringBuilder(Company.Postgres) { Database = name, Pooling = false }.ToString();
        await BackupRestore.IntoPostgresAsync(file, settings.Passphrase(), connection, target, null, company.Time, Cancel);
        await using (var workspace = await Guanxi.Platform.Workspace.OpenAsync(GuanxiDatabase.Open(connection), target, company.Time, cancel: Cancel))
        {
            await using var session = await workspace.Database.ReadAsync(Cancel);
            var report = await LedgerVerifier.RunAsync(session, new LedgerVerifier.Options(workspace.Now, Schema: workspace.Schema), Cancel);
            Assert.True(report.Whole, report.Reason);
            Assert.Single(Directory.GetFiles(Path.Combine(target, "files"), "*", SearchOption.AllDirectories));
        }

        await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        Directory.Delete(target, recursive: true);
    }

    private static async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(Company.Postgres);
        await connection.OpenAsync(Cancel);
        await using var command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(Cancel);
    }

    [Fact]
    public async Task An_attachment_that_was_altered_on_the_disk_is_told_of()
    {
        await using var company = await BusyAsync(Db.Sqlite);
        var stored = Directory.GetFiles(Path.Combine(company.Workspace.Folder, "files"), "*", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(stored, "altered", Cancel);
        var made = await Store(company).MakeAsync("asked", cancel: Cancel);
        Assert.False(made.Good);
        File.Delete(stored);
        company.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Contains((await Store(company).MakeAsync("asked", cancel: Cancel)).Note!.Problems!, problem => problem.Contains("attachment", StringComparison.Ordinal));
    }

    [Fact]
    public void Seven_days_five_weeks_and_twelve_months_stay()
    {
        var start = new DateTimeOffset(2026, 1, 1, 2, 30, 0, TimeSpan.Zero);
        var kept = new List<DateTimeOffset>();
        for (var day = 0; day < 800; day++)
        {
            kept.Add(start.AddDays(day));
            kept = [.. BackupStore.Keep(kept)];
        }

        var now = start.AddDays(799);
        Assert.Equal(7, kept.Count(at => now - at < TimeSpan.FromDays(7)));
        Assert.Equal(12, kept.Select(at => at.ToString("yyyyMM", System.Globalization.CultureInfo.InvariantCulture)).Distinct().Count());
        Assert.InRange(kept.Count, 20, 24);
        Assert.Contains(kept, at => now - at > TimeSpan.FromDays(300));
    }

    [Fact]
    public async Task Before_a_migration_there_is_a_backup_of_what_was_before()
    {
        var folder = Directory.CreateTempSubdirectory("guanxi-").FullName;
        var connection = $"Data Source={Path.Combine(folder, "guanxi.db")}";
        var clock = new Clock();
        await using (var workspace = await Guanxi.Platform.Workspace.OpenAsync(GuanxiDatabase.Open(connection), folder, clock, cancel: Cancel))
        {
            // A migration that this program has and the database has not: the last one is forgotten, and what it made is taken away.
            await workspace.Database.WriteAsync(
                async session =>
                {
                    foreach (var statement in new[] { "DROP TABLE ledger_node", "DROP TABLE ledger_checkpoint", "DROP TABLE ledger_delivery", "ALTER TABLE ledger_head DROP COLUMN frontier", "DELETE FROM migration WHERE name = '0010-ledger-tree'" })
                    {
                        await session.ExecuteAsync(new Sql().Append(statement), Cancel);
                    }
                },
                Cancel);
        }

        Assert.False(Directory.Exists(Path.Combine(folder, "backups")));
        await using (var workspace = await Guanxi.Platform.Workspace.OpenAsync(GuanxiDatabase.Open(connection), folder, clock, cancel: Cancel))
        {
            var made = Assert.Single(new BackupStore(workspace.Database, BackupSettings.Read(folder), clock).List());
            Assert.Equal("0010-ledger-tree", made.Note!.Reason);
            Assert.True(made.Good, string.Join("; ", made.Note.Problems!));
        }

        Directory.Delete(folder, recursive: true);
    }
}
