using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Calendar;

/// <summary>A day on which the company works although it is a weekend, or does not although it is none.</summary>
public sealed class WorkingDay(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("working-days", "working-day",
    [
        new("name", FieldKind.Text, ("名称", "Name")) { Required = true, MaxLength = 60 },
        new("day", FieldKind.Date, ("日期", "Day")) { Required = true },
        new("works", FieldKind.YesNo, ("上班", "Working day")) { Required = true, Filled = true },
    ])
    {
        Table = "working_day",
        Label = ("节假日与调休", "Holidays and working weekends"),
        SingularLabel = ("节假日", "Day"),
        Icon = "calendar",
        SubtitleField = "day",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageSettings,
        ListColumns = ["day", "name", "works"],
        DefaultSort = "-day",
        Keys = ["id", "day"],
        HasSearch = false,
        Create = type => new WorkingDay(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["works"] ??= false;
        if (Changed("day") && this["day"] is DateOnly date && date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) is var day && await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM working_day WHERE day = {day} AND id <> {Id} AND deleted_at IS NULL")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("day", ("这一天已经有了：请修改原来的一条", "That day is there already: change it instead")));
        }
    }
}
