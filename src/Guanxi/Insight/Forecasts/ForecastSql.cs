using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Forecasts;

/// <summary>What forecasts and reports ask alike: amounts summed without overflow, the category of a deal, and the people whose deals are read.</summary>
internal static class ForecastSql
{
    /// <summary>Two columns whose values <see cref="Sum"/> puts together; the largest amounts would not fit as one.</summary>
    public static string Sums(string amount, string when = "1 = 1") => $"SUM(CASE WHEN {when} THEN {amount} / 1000000 ELSE 0 END), SUM(CASE WHEN {when} THEN {amount} % 1000000 ELSE 0 END)";

    public static decimal Sum(Row row, int at) => row.IsNull(at) ? 0 : ((Convert.ToDecimal(row.Any(at), System.Globalization.CultureInfo.InvariantCulture) * 1_000_000m) + Convert.ToDecimal(row.Any(at + 1), System.Globalization.CultureInfo.InvariantCulture)) / Money.Scale;

    /// <summary>The alias's owner is somebody of the directory, or nobody: a condition that the indexes by owner serve.</summary>
    public static Sql Owners(Actor actor, string alias) =>
        new Sql().Append($"({alias}.owner_id IS NULL OR {alias}.owner_id IN ").List(actor.Directory.People.Select(person => person.Id).Order()).Append(")");

    /// <summary>What the actor may see of the noun, as a condition.</summary>
    public static Sql Seen(Actor actor, string type, string alias, DateTimeOffset now) => AccessDoor.For(actor, actor.Schema[type], Verb.Read, now).Condition(alias);

    /// <summary>Sums of amounts are for those who may read amounts.</summary>
    /// <exception cref="RefusedException">The actor reads no deals, or not their amounts.</exception>
    public static void DemandAmounts(Actor actor)
    {
        var type = actor.Schema["deals"];
        if (actor.On(type).Read == Reach.None || !actor.Reads(type, type["homeAmount"]) || !actor.Reads(type, type["probability"]))
        {
            throw new RefusedException(Refusal.Forbidden(("预测需要能查看商机的金额和赢率", "A forecast needs the right to read amounts and probabilities of deals")));
        }

        actor.Reading.Ask(type, type["homeAmount"]);
    }
}
