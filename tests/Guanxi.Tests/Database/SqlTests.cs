using Guanxi.Database;

namespace Guanxi.Tests.Database;

public sealed class SqlTests
{
    [Fact]
    public void Holes_become_parameters_and_names_text()
    {
        var sql = Sql.Of($"SELECT * FROM {new SqlName("customer")} WHERE name = {"x'; DROP TABLE customer"} AND seq > {3}");
        Assert.Equal("SELECT * FROM customer WHERE name = $1 AND seq > $2", sql.Text);
        Assert.Equal(["x'; DROP TABLE customer", 3], sql.Values);
    }

    [Fact]
    public void Joined_pieces_are_renumbered()
    {
        var inner = Sql.Of($"a = {1} OR b = {2}");
        var sql = Sql.Of($"z = {0} AND ({inner}) AND custom ->> '$.x' = {3}");
        Assert.Equal("z = $1 AND (a = $2 OR b = $3) AND custom ->> '$.x' = $4", sql.Text);
        Assert.Equal([0, 1, 2, 3], sql.Values);
    }
}
