using Guanxi.Database;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Database;

public sealed class SchemaTests
{
    [Theory, BothDatabases]
    public async Task Every_described_field_has_its_column(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await using var session = await company.Workspace.Database.ReadAsync();
        foreach (var type in company.Workspace.Schema.Types)
        {
            var columns = string.Join(", ", type.Fields.SelectMany(FieldStorage.Columns));
            await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM (SELECT seq, custom, deleted_at, {columns} FROM {type.Table}) x"), TestContext.Current.CancellationToken);
        }
    }

    [Theory, BothDatabases]
    public async Task Migrating_a_second_time_changes_nothing(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        Assert.Empty(await Migrations.ApplyAsync(company.Workspace.Database, company.Time, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Data_of_a_newer_version_is_not_touched()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        await company.TamperAsync("INSERT INTO migration (name, checksum, applied_at) VALUES ('9999-future', 'x', 0)");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => Migrations.ApplyAsync(company.Workspace.Database, company.Time, TestContext.Current.CancellationToken));
        Assert.Contains("9999-future", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sqlite_keeps_what_it_acknowledged()
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        await using var session = await company.Workspace.Database.ReadAsync();
        Assert.Equal("wal", await session.ScalarAsync<string>(Sql.Of($"PRAGMA journal_mode"), TestContext.Current.CancellationToken));
        Assert.Equal(2, await session.ScalarAsync<long>(Sql.Of($"PRAGMA synchronous"), TestContext.Current.CancellationToken));
        Assert.Equal(1, await session.ScalarAsync<long>(Sql.Of($"PRAGMA foreign_keys"), TestContext.Current.CancellationToken));
    }
}
