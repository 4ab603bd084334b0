using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Numbering;

/// <summary>Gives papers their numbers. The counter is part of the transaction: two who ask at once wait for each other, and what is not saved leaves no gap.</summary>
public static class Numbers
{
    /// <summary>The next number of a noun by the company's rule; without one the prefix, the day and how many there were that day.</summary>
    public static async ValueTask<string> NextAsync(SaveContext context, RecordType type, string prefix, DateOnly day)
    {
        var rule = await context.Session.FirstAsync(Sql.Of($"SELECT pattern, restart FROM number_rule WHERE subject = {type.Name} AND active = {1L} AND deleted_at IS NULL"), row => ((string Pattern, string Restart)?)(row.Text(0), row.Text(1)));
        var (pattern, key) = rule is { } own
            ? (NumberPattern.Parse(own.Pattern), $"{type.Name}/{own.Restart}/" + own.Restart switch { "year" => $"{day:yyyy}", "month" => $"{day:yyyyMM}", "day" => $"{day:yyyyMMdd}", _ => "" })
            : (NumberPattern.Parse(prefix + "{yyyy}{MM}{dd}-{n:4}"), $"{prefix}{day:yyyyMMdd}");
        var (table, column) = (new SqlName(type.Table), new SqlName(type["number"].Column));
        while (true)
        {
            var next = await context.Session.ScalarAsync<long>(Sql.Of($"INSERT INTO number_counter (name, last) VALUES ({key}, {1L}) ON CONFLICT (name) DO UPDATE SET last = number_counter.last + 1 RETURNING last"));
            var number = pattern.Text(day, next);

            // A file may have brought the number in before the counter came to it.
            if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM {table} WHERE {column} = {number}")) == 0)
            {
                return number;
            }
        }
    }
}
