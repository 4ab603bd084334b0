using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Calendar;

/// <summary>The public holidays of mainland China with the weekends worked in exchange, as the State Council announces them each autumn for the year to come. A year that is not here is added or imported as records.</summary>
public static class ChineseHolidays
{
    /// <summary>By year: name, first and last day off, and the weekend days worked for it.</summary>
    private static readonly (string Name, string From, string To, string[] Worked)[] Announced =
    [
        ("元旦", "2025-01-01", "2025-01-01", []),
        ("春节", "2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("清明节", "2025-04-04", "2025-04-06", []),
        ("劳动节", "2025-05-01", "2025-05-05", ["2025-04-27"]),
        ("端午节", "2025-05-31", "2025-06-02", []),
        ("国庆节、中秋节", "2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
        ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("清明节", "2026-04-04", "2026-04-06", []),
        ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
        ("端午节", "2026-06-19", "2026-06-21", []),
        ("中秋节", "2026-09-25", "2026-09-27", []),
        ("国庆节", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ];

    /// <summary>Every day that is otherwise than the week says.</summary>
    public static IEnumerable<(DateOnly Day, string Name, bool Works)> Days()
    {
        foreach (var (name, from, to, worked) in Announced)
        {
            for (var day = Parse(from); day <= Parse(to); day = day.AddDays(1))
            {
                yield return (day, name, false);
            }

            foreach (var day in worked)
            {
                yield return (Parse(day), name + "调休上班", true);
            }
        }
    }

    /// <summary>Enters them where no day has been entered yet.</summary>
    public static async Task EnsureAsync(Workspace workspace, CancellationToken cancel = default)
    {
        await using (var session = await workspace.Database.ReadAsync(cancel))
        {
            if (await session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM working_day"), cancel) > 0)
            {
                return;
            }
        }

        await workspace.WriteAsync(workspace.System(), context => InsertAsync(context, cancel), cancel: cancel);
    }

    public static async Task InsertAsync(SaveContext context, CancellationToken cancel = default)
    {
        var type = context.Schema["working-days"];
        foreach (var (day, name, works) in Days())
        {
            var record = type.Create(type);
            (record["day"], record["name"], record["works"]) = (day, name, works);
            await context.InsertAsync(record, cancel);
        }
    }

    private static DateOnly Parse(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
