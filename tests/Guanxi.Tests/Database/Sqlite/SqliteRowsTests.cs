using Guanxi.Database;
using Guanxi.Tests.World;
using Microsoft.Data.Sqlite;

namespace Guanxi.Tests.Database.Sqlite;

public sealed class SqliteRowsTests
{
    private static async Task<T> InAsync<T>(Func<DatabaseSession, Task<T>> work)
    {
        await using var company = await Company.OpenAsync(Db.Sqlite);
        return await company.Workspace.Database.WriteAsync(async session =>
        {
            await session.ExecuteAsync(Sql.Of($"CREATE TABLE thing (number INTEGER, share REAL, word TEXT UNIQUE, blob BLOB)"));
            return await work(session);
        });
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(-0.25)]
    [InlineData("")]
    [InlineData("长沙银行 𠮷 é")]
    public async Task A_value_comes_back_as_it_was_written(object value) => Assert.Equal(value, await InAsync(async session =>
    {
        await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (blob) VALUES ({value})"));
        return await session.FirstAsync(Sql.Of($"SELECT blob FROM thing"), row => row.Any(0));
    }));

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(70_000)]
    public async Task Bytes_and_texts_of_any_length_come_back(int length) => Assert.True(await InAsync(async session =>
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var text = new string('关', length);
        await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (blob, word) VALUES ({bytes}, {text})"));
        return await session.FirstAsync(Sql.Of($"SELECT blob, word FROM thing"), row => !row.IsNull(0) && row.Bytes(0).SequenceEqual(bytes) && row.Text(1) == text);
    }));

    [Fact]
    public async Task Nothing_is_told_from_zero() => Assert.True(await InAsync(async session =>
    {
        await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (number) VALUES ({(long?)null})"));
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT number, word FROM thing"));
        await reader.ReadAsync();
        Assert.Throws<InvalidOperationException>(() => reader.GetInt64(0));
        Assert.Throws<InvalidOperationException>(() => reader.GetString(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.GetString(2));
        return reader.IsDBNull(0) && reader.GetValue(1) is DBNull && !await reader.ReadAsync() && !await reader.ReadAsync();
    }));

    [Fact]
    public async Task The_same_question_may_be_asked_while_its_rows_are_being_read() => Assert.Equal(["1:123", "2:123", "3:123"], await InAsync(async session =>
    {
        for (var i = 1L; i <= 3; i++)
        {
            await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (number) VALUES ({i})"));
        }

        var said = new List<string>();
        await using var reader = await session.ReadAsync(Sql.Of($"SELECT number FROM thing ORDER BY number"));
        while (await reader.ReadAsync())
        {
            said.Add($"{reader.GetInt64(0)}:{string.Concat(await session.ListAsync(Sql.Of($"SELECT number FROM thing ORDER BY number"), row => row.Integer(0)))}");
        }

        return said;
    }));

    [Fact]
    public async Task A_refused_row_leaves_the_statement_good_for_the_next() => Assert.Equal(2L, await InAsync(async session =>
    {
        async Task AddAsync(string word) => await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (word) VALUES ({word})"));
        await AddAsync("一");
        var refused = await Assert.ThrowsAsync<SqliteException>(() => AddAsync("一"));
        Assert.Equal(2067, refused.SqliteExtendedErrorCode);
        await AddAsync("二");
        return await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM thing"));
    }));

    [Fact]
    public async Task What_is_changed_with_its_rows_answered_is_changed_though_nobody_reads_them() => Assert.Equal(5L, await InAsync(async session =>
    {
        await session.ExecuteAsync(Sql.Of($"INSERT INTO thing (number) VALUES ({4L})"));
        await using (await session.ReadAsync(Sql.Of($"UPDATE thing SET number = number + 1 RETURNING number")))
        {
        }

        return await session.ScalarAsync<long>(Sql.Of($"SELECT number FROM thing"));
    }));

    [Fact]
    public async Task A_wrong_name_is_told_and_too_few_values_are_refused() => Assert.True(await InAsync(async session =>
    {
        Assert.Contains("nowhere", (await Assert.ThrowsAsync<SqliteException>(async () => await session.ExecuteAsync(Sql.Of($"SELECT * FROM nowhere")))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(async () => await session.ExecuteAsync(new Sql().Append("SELECT ?, ?")));
        return true;
    }));
}
