using Guanxi.Platform.Records;

namespace Guanxi.Sales.Catalogue;

/// <summary>What an amount in any currency is in the company's own, at a rate that stays with the record.</summary>
internal static class HomeAmount
{
    private const decimal HighestRate = 1_000_000;

    /// <summary>Sets <c>rate</c> and <c>homeAmount</c>: the rate given, or the one of the day when there is none yet or the currency has changed.</summary>
    /// <exception cref="RefusedException">No rate of the day is known, or the one given makes no sense.</exception>
    public static async ValueTask SetAsync(Record record, SaveContext context, Money amount, DateOnly day)
    {
        var home = (await Platform.Settings.ReadAsync(context.Session)).Currency;
        if (record.Changed("rate") && record["rate"] is decimal given)
        {
            if (given is <= 0 or > HighestRate || (amount.Currency == home && given != 1))
            {
                throw new RefusedException(Refusal.Invalid("rate", ("汇率应大于 0；本位币的汇率是 1", "A rate is above 0; that of the company's own currency is 1")));
            }
        }
        else if (record["rate"] is null || (record.Before(record.Type["amount"]) is Money before ? before.Currency : null) != amount.Currency)
        {
            record["rate"] = await ExchangeRate.OnAsync(context.Session, amount.Currency, home, day)
                ?? throw new RefusedException(Refusal.Invalid("rate", new Label($"{day:yyyy-MM-dd} 没有 {amount.Currency} 的汇率：请填写汇率，或先在“汇率”里登记", $"There is no rate of {amount.Currency} for {day:yyyy-MM-dd}: give one, or enter it under exchange rates")));
        }

        record["homeAmount"] = In(record, amount, home);
    }

    /// <summary>Another amount of the record at its rate, rounded half away from zero to the cent.</summary>
    /// <exception cref="RefusedException">It is more than can be kept.</exception>
    public static Money In(Record record, Money amount, string home)
    {
        var worth = decimal.Round(amount.Amount * (decimal)record["rate"]!, 2, MidpointRounding.AwayFromZero);
        return worth <= Money.Largest ? new Money(worth, home) : throw new RefusedException(Refusal.Invalid("amount", ("金额过大", "The amount is too large")));
    }
}
