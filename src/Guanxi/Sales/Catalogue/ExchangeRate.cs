using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What one unit of a foreign currency is worth in the company's own from a day on.</summary>
public sealed class ExchangeRate(RecordType type) : Record(type)
{
    public static RecordType Description { get; } = new("exchange-rates", "exchange-rate",
    [
        new("currency", FieldKind.Text, ("币种", "Currency")) { Required = true, MaxLength = 3 },
        new("day", FieldKind.Date, ("自", "From")) { Required = true, Filled = true },
        new("rate", FieldKind.Number, ("汇率", "Rate")) { Required = true },
        new("source", FieldKind.Text, ("来源", "Source")) { MaxLength = 100 },
    ])
    {
        Table = "exchange_rate",
        Label = ("汇率", "Exchange rates"),
        SingularLabel = ("汇率", "Exchange rate"),
        Icon = "rate",
        TitleField = "currency",
        SubtitleField = "day",
        Access = AccessKind.Directory,
        ManageFunction = Functions.ManageCatalogue,
        ListColumns = ["currency", "day", "rate", "source"],
        DefaultSort = "-day",
        HasSearch = false,
        Create = type => new ExchangeRate(type),
    };

    public override async ValueTask PrepareAsync(SaveContext context)
    {
        this["currency"] = Text("currency")?.Trim().ToUpperInvariant();
        this["day"] ??= context.Actor.Today(context.Now);
        if (Text("currency") is { } currency && !MinorUnits.Knows(currency))
        {
            throw new RefusedException(Refusal.Invalid("currency", MinorUnits.Unknown(currency)));
        }

        if (Text("currency") == (await Platform.Settings.ReadAsync(context.Session)).Currency)
        {
            throw new RefusedException(Refusal.Invalid("currency", ("这是公司本位币，汇率总是 1", "This is the company's own currency: its rate is always 1")));
        }

        if (this["rate"] is decimal and (<= 0 or > 1_000_000))
        {
            throw new RefusedException(Refusal.Invalid("rate", ("汇率应大于 0", "A rate is above 0")));
        }

        var (code, day) = (Text("currency"), (DateOnly?)this["day"]);
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM exchange_rate WHERE currency = {code} AND day = {day} AND deleted_at IS NULL AND id <> {Id}")) > 0)
        {
            throw new RefusedException(Refusal.Invalid("day", ("这一天已有这个币种的汇率", "There is a rate of this currency for that day already")));
        }
    }

    /// <summary>A rate goes on being used until there is another, as companies with a rate of the month or the year do, but not for ever.</summary>
    private const int DaysInForce = 366;

    /// <summary>The rate in force on a day; 1 for the company's own currency, null when none of the year before is known.</summary>
    public static async ValueTask<decimal?> OnAsync(DatabaseSession session, string currency, string home, DateOnly day, CancellationToken cancel = default) => currency == home
        ? 1m
        : await session.FirstAsync(Sql.Of($"SELECT rate FROM exchange_rate WHERE currency = {currency} AND day <= {day} AND day >= {day.AddDays(-DaysInForce)} AND deleted_at IS NULL ORDER BY day DESC LIMIT 1"), row => (decimal?)Convert.ToDecimal(row.Any(0)), cancel);
}
