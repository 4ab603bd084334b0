using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Calendar;

/// <summary>Where the days of a year come from.</summary>
public enum DaySource
{
    /// <summary>A text that was pasted.</summary>
    Notice,

    /// <summary>The State Council's announcement as this program knows it.</summary>
    Announced,

    /// <summary>The law alone; how weekends are moved is not known to this program.</summary>
    Law,
}

/// <param name="Change">new, changed or same, against the record there is.</param>
public sealed record EnteredDay(DateOnly Day, string Name, bool Works, string Change);

/// <summary>Enters a year's holidays and worked weekends all at once; days there are already are brought up to date.</summary>
public static class EnterDays
{
    /// <summary>What this program knows of a year.</summary>
    /// <exception cref="RefusedException">It knows nothing.</exception>
    public static (DaySource Source, IReadOnlyList<(DateOnly Day, string Name, bool Works)> Days) Known(int year)
    {
        var announced = ChineseHolidays.Days().Where(day => day.Day.Year == year).ToList();
        if (announced.Count > 0)
        {
            return (DaySource.Announced, announced);
        }

        var law = StatutoryHolidays.Of(year);
        return law.Count > 0 ? (DaySource.Law, [.. law.Select(day => (day.Day, day.Name, false))])
            : throw new RefusedException(Refusal.Invalid("year", new Label($"年份应为 {StatutoryHolidays.First} 到 {StatutoryHolidays.Last}", $"A year is {StatutoryHolidays.First} to {StatutoryHolidays.Last}")));
    }

    /// <param name="tryOnly">Nothing is saved; the answer says what would be.</param>
    public static async Task<IReadOnlyList<EnteredDay>> RunAsync(SaveContext context, IReadOnlyList<(DateOnly Day, string Name, bool Works)> days, bool tryOnly, CancellationToken cancel = default)
    {
        context.Actor.Demand(Functions.ManageSettings);
        var type = context.Schema["working-days"];
        var entered = new List<EnteredDay>();
        foreach (var (day, name, works) in days)
        {
            var text = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            var known = await context.Session.FirstAsync(Sql.Of($"SELECT id FROM working_day WHERE day = {text} AND deleted_at IS NULL"), row => (Guid?)row.Id(0), cancel);
            var record = known is { } id ? (await RecordStore.FindAsync(context.Session, type, id, cancel))! : type.Create(type);
            var change = known is null ? "new" : record["works"] is bool before && before == works && record.Text("name") == name ? "same" : "changed";
            entered.Add(new EnteredDay(day, name, works, change));
            if (tryOnly || change == "same")
            {
                continue;
            }

            (record["name"], record["day"], record["works"]) = (name, day, works);
            if (known is null)
            {
                await context.InsertAsync(record, cancel);
            }
            else
            {
                await context.UpdateAsync(record, cancel: cancel);
            }
        }

        return entered;
    }
}
