using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Moving;
using Guanxi.Platform.Search;
using Guanxi.Tests.World;
using Npgsql;
using Directory = System.IO.Directory;

namespace Guanxi.Tests.Platform.Moving;

public sealed class CompanyMoveTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("guanxi-move-").FullName;
    private readonly string name = "moved_" + Guid.CreateVersion7().ToString("N");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Postgres => Company.Postgres!.Replace("Database=postgres", $"Database={name};Pooling=false", StringComparison.Ordinal);

    private static async Task ExecuteAsync(string statement)
    {
        await using var source = NpgsqlDataSource.Create(Company.Postgres!);
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Company.Postgres is null, "No PostgreSQL was started; ./guanxi test does.");
        await ExecuteAsync($"CREATE DATABASE {name}");
    }

    public async ValueTask DisposeAsync()
    {
        await ExecuteAsync($"DROP DATABASE {name} WITH (FORCE)");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A copy of what the company wrote, which nobody has open.</summary>
    private async Task<string> LeftAsync(Company company)
    {
        var file = Path.Combine(folder, "left.db");
        await using var session = await company.Workspace.Database.ReadAsync(Cancel);
        await session.ExecuteAsync(Sql.Of($"VACUUM INTO {file}"), Cancel);
        return $"Data Source={file}";
    }

    private async Task<Workspace> OpenAsync(string connection, TimeProvider clock) => await Workspace.OpenAsync(GuanxiDatabase.Open(connection), folder, clock, cancel: Cancel);

    private static async Task<(string[] Found, bool Whole, long Last)> LookAsync(Workspace workspace)
    {
        await using var session = await workspace.Database.ReadAsync(Cancel);
        var zhangwei = workspace.ActorFor(workspace.Directory.People.Single(person => person.Name == "张伟"), "api");
        return (
            [.. (await SearchBox.FindAsync(session, zhangwei, "csyh", null, 20, workspace.Now, Cancel)).Select(hit => hit.Title)],
            (await Guanxi.Platform.Ledger.LedgerVerifier.RunAsync(session, new(workspace.Now, Schema: workspace.Schema), Cancel)).Whole,
            await session.ScalarAsync<long>(Sql.Of($"SELECT MAX(seq) FROM customer"), Cancel));
    }

    [Fact]
    public async Task A_company_moves_to_PostgreSQL_and_back_with_every_row_its_ledger_whole_and_all_of_it_found()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        var customer = await company.CustomerAsync(company.ZhangWei, "长沙银行股份有限公司", new { phone = "13800138000", annualRevenue = 1234567.89m });
        await company.CreateAsync(company.ZhangWei, "contacts", new { name = "曾国藩", customer = customer.Id });
        await company.CreateAsync(company.ZhangWei, "activities", new { kind = "note", subject = "換行\n與 'quote' \\ tab\t", customer = customer.Id });
        var gone = await company.CustomerAsync(company.ZhangWei, "最后一个");
        var left = await LeftAsync(company);

        MoveResult there;
        await using (GuanxiDatabase from = GuanxiDatabase.Open(left), to = GuanxiDatabase.Open(Postgres))
        {
            there = await CompanyMove.RunAsync(from, to, company.Time, cancel: Cancel);
        }

        Assert.Equal(2, there.Tables["customer"]);
        await using (var moved = await OpenAsync(Postgres, company.Time))
        {
            Assert.Equal((gone.Sequence, true), (await LookAsync(moved) is var seen ? seen.Last : 0, seen.Whole));
            Assert.Equal("长沙银行股份有限公司", seen.Found[0]);
        }

        var home = $"Data Source={Path.Combine(folder, "home.db")}";
        await using (GuanxiDatabase from = GuanxiDatabase.Open(Postgres), to = GuanxiDatabase.Open(home))
        {
            var back = await CompanyMove.RunAsync(from, to, company.Time, cancel: Cancel);
            Assert.Equal(there.Tables, back.Tables);
        }

        await using var again = await OpenAsync(home, company.Time);
        var after = await LookAsync(again);
        Assert.Equal((gone.Sequence, true, "长沙银行股份有限公司"), (after.Last, after.Whole, after.Found[0]));
    }

    [Fact]
    public async Task A_company_that_is_open_does_not_move_and_nothing_is_laid_over_another()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        await using var postgres = GuanxiDatabase.Open(Postgres);
        var open = await Assert.ThrowsAsync<InvalidOperationException>(() => CompanyMove.RunAsync(company.Workspace.Database, postgres, company.Time, cancel: Cancel));
        Assert.Contains("Stop the server", open.Message, StringComparison.Ordinal);

        var left = await LeftAsync(company);
        await Migrations.ApplyAsync(postgres, company.Time, Cancel);
        await using var from = GuanxiDatabase.Open(left);
        var full = await Assert.ThrowsAsync<InvalidOperationException>(() => CompanyMove.RunAsync(from, postgres, company.Time, cancel: Cancel));
        Assert.Contains("not empty", full.Message, StringComparison.Ordinal);
        await using var second = GuanxiDatabase.Open($"Data Source={Path.Combine(folder, "second.db")}");
        await Assert.ThrowsAsync<InvalidOperationException>(() => CompanyMove.RunAsync(from, second, company.Time, cancel: Cancel));
    }

    [Fact]
    public async Task A_value_that_changes_on_the_way_undoes_the_whole_move()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        await company.CustomerAsync(company.ZhangWei, "长沙银行");
        var left = await LeftAsync(company);
        await using var from = GuanxiDatabase.Open(left);
        await using var to = GuanxiDatabase.Open(Postgres);
        await using (var thief = await from.ReadAsync(Cancel))
        {
            await thief.ExecuteAsync(Sql.Of($"UPDATE customer SET name = CAST(X'E995BF00' AS TEXT)"), Cancel);
        }

        await Assert.ThrowsAnyAsync<Exception>(() => CompanyMove.RunAsync(from, to, company.Time, cancel: Cancel));
        await using var look = await to.ReadAsync(Cancel);
        Assert.Equal(0, await look.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'"), Cancel));
    }
}
