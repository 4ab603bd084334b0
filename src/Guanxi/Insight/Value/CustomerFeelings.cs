using System.Globalization;
using Guanxi.Database;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Insight.Value;

/// <summary>
/// How satisfied the buyers are and how far they can be trusted, 0…100, from what the company has: a number field that an administrator names, complaints, and how punctually they pay.
/// Not known (no number) where nothing of it is: nobody is taken for satisfied because he is silent, or for honest because he was never sent an invoice.
/// </summary>
public sealed class CustomerFeelings
{
    private const int DaysOfComplaints = 365;

    private CustomerFeelings(double[] satisfaction, double[] trust) => (Satisfaction, Trust) = (satisfaction, trust);

    public double[] Satisfaction { get; }

    public double[] Trust { get; }

    /// <summary>Whether both settings make the same of the same customers.</summary>
    public static bool Same(ValueSettings one, ValueSettings other) =>
        (one.SatisfactionField, one.SatisfactionWorst, one.SatisfactionBest, one.ComplaintPoints, one.TrustField, one.TrustWorst, one.TrustBest, one.LateDaysForNothing, one.SatisfactionRiskBelow, one.TrustRiskBelow, one.GoodFrom)
        == (other.SatisfactionField, other.SatisfactionWorst, other.SatisfactionBest, other.ComplaintPoints, other.TrustField, other.TrustWorst, other.TrustBest, other.LateDaysForNothing, other.SatisfactionRiskBelow, other.TrustRiskBelow, other.GoodFrom);

    /// <summary>Fields that can say it: numbers that everybody who sees customers may read in clear, and that do not follow from the worth itself.</summary>
    public static bool CanTell(Field field) =>
        field is { Kind: FieldKind.Number or FieldKind.Integer or FieldKind.Rating, Sensitive: false, System: false, Retired: false, Internal: false, NeedsFunction: null } && field.Beside is not ValueFields.Table;

    /// <exception cref="RefusedException">A field that is named cannot tell it, or its scale has no length.</exception>
    public static void Check(RecordType customers, ValueSettings settings)
    {
        var errors = new FieldErrors();
        foreach (var (property, name, scale, worst, best) in new[] { ("satisfactionField", settings.SatisfactionField, "satisfactionBest", settings.SatisfactionWorst, settings.SatisfactionBest), ("trustField", settings.TrustField, "trustBest", settings.TrustWorst, settings.TrustBest) })
        {
            if (name is not null && (customers.Find(name) is not { } field || !CanTell(field)))
            {
                errors.Add(property, new Label($"“{name}”不是客户的数字字段，或是保密字段", $"“{name}” is no number field of the customer, or a confidential one"));
            }

            if (name is not null && worst.Equals(best))
            {
                errors.Add(scale, ("最好与最差应是不同的数", "The best and the worst value are different numbers"));
            }
        }

        errors.Throw();
    }

    /// <summary>A value on its scale as 0…100.</summary>
    public static double OnScale(double value, double worst, double best) => best.Equals(worst) ? double.NaN : Math.Clamp(100 * (value - worst) / (best - worst), 0, 100);

    /// <summary>What a field and the complaints of a year come to.</summary>
    /// <param name="field">The field's value, no number where it is empty.</param>
    public static double SatisfactionOf(double field, double complaints, ValueSettings settings)
    {
        var told = OnScale(field, settings.SatisfactionWorst, settings.SatisfactionBest);
        var taken = complaints * settings.ComplaintPoints;
        return double.IsFinite(told) ? Math.Max(0, told - taken) : taken > 0 ? Math.Max(0, 100 - taken) : double.NaN;
    }

    /// <summary>The mean of what a field says and of how late is paid, of those that are known.</summary>
    /// <param name="field">The field's value, no number where it is empty.</param>
    /// <param name="lateDays">Days late on the average, or of what is overdue longest; no number where nothing was ever due.</param>
    public static double TrustOf(double field, double lateDays, ValueSettings settings)
    {
        var told = OnScale(field, settings.TrustWorst, settings.TrustBest);
        var paid = settings.LateDaysForNothing > 0 && double.IsFinite(lateDays) ? OnScale(lateDays, settings.LateDaysForNothing, 0) : double.NaN;
        return double.IsFinite(told) && double.IsFinite(paid) ? (told + paid) / 2 : double.IsFinite(told) ? told : paid;
    }

    /// <param name="ids">The buyers, in the order of the columns that are answered.</param>
    /// <param name="asOf">Complaints after this day are left out.</param>
    public static async Task<CustomerFeelings> ReadAsync(DatabaseSession session, IReadOnlyList<Guid> ids, ValueSettings settings, RecordType customers, DateOnly asOf, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        var place = new Dictionary<Guid, int>(ids.Count);
        for (var i = 0; i < ids.Count; i++)
        {
            place[ids[i]] = i;
        }

        async Task<double[]> ColumnAsync(Sql? sql, double otherwise)
        {
            var column = new double[ids.Count];
            Array.Fill(column, otherwise);
            if (sql is null)
            {
                return column;
            }

            await using var reader = await session.ReadAsync(sql, cancel);
            while (await reader.ReadAsync(cancel))
            {
                if (!reader.IsDBNull(1) && place.TryGetValue(session.Dialect.ReadId(reader, 0), out var at))
                {
                    column[at] = Convert.ToDouble(reader.GetValue(1), CultureInfo.InvariantCulture);
                }
            }

            return column;
        }

        Sql? Of(string? name) => name is not null && customers.Find(name) is { } field && CanTell(field)
            ? new Sql().Append($"SELECT t.id, {FieldSql.Value(field, customers, "t", session.Dialect)} FROM customer t WHERE t.deleted_at IS NULL")
            : null;
        var (told, trusted) = (await ColumnAsync(Of(settings.SatisfactionField), double.NaN), await ColumnAsync(Of(settings.TrustField), double.NaN));
        var complaints = await ColumnAsync(settings.ComplaintPoints > 0 ? Complaints(asOf, zone).Append(" GROUP BY customer_id") : null, 0);
        var late = await ColumnAsync(settings.LateDaysForNothing > 0 ? Late() : null, double.NaN);
        return new CustomerFeelings([.. told.Select((field, i) => SatisfactionOf(field, complaints[i], settings))], [.. trusted.Select((field, i) => TrustOf(field, late[i], settings))]);
    }

    /// <summary>What it is made of for one customer; null where that is not known.</summary>
    public static async Task<(double? Field, long Complaints, double? TrustField, double? LateDays)> OfAsync(DatabaseSession session, Guid customer, ValueSettings settings, RecordType customers, DateOnly asOf, TimeZoneInfo zone, CancellationToken cancel = default)
    {
        async Task<double?> FieldAsync(string? name) => name is not null && customers.Find(name) is { } field && CanTell(field)
            ? await NumberAsync(new Sql().Append($"SELECT {FieldSql.Value(field, customers, "t", session.Dialect)} FROM customer t WHERE t.id = ").Value(customer))
            : null;
        async Task<double?> NumberAsync(Sql sql) => await session.FirstAsync(sql, row => row.IsNull(0) ? (double?)null : Convert.ToDouble(row.Any(0), CultureInfo.InvariantCulture), cancel);
        var complaints = await session.FirstAsync(Complaints(asOf, zone).Append(" AND customer_id = ").Value(customer).Append(" GROUP BY customer_id"), row => row.Integer(1), cancel);
        return (await FieldAsync(settings.SatisfactionField), complaints, await FieldAsync(settings.TrustField), (await session.ListAsync(Late().Append(" AND record_id = ").Value(customer), row => row.IsNull(1) ? (double?)null : Convert.ToDouble(row.Any(1), CultureInfo.InvariantCulture), cancel)).FirstOrDefault());
    }

    private static Sql Complaints(DateOnly asOf, TimeZoneInfo zone)
    {
        DateTimeOffset Begins(DateOnly day) => new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(TimeOnly.MinValue), zone), TimeSpan.Zero);
        var (from, to) = (Begins(asOf.AddDays(1 - DaysOfComplaints)), Begins(asOf.AddDays(1)));
        return Sql.Of($"SELECT customer_id, COUNT(*) FROM activity WHERE deleted_at IS NULL AND kind = 'complaint' AND status <> 'cancelled' AND customer_id IS NOT NULL AND at >= {from} AND at < {to}");
    }

    /// <summary>Days late as the credit page has them: of what was paid on the average, or of what is open, whichever is more.</summary>
    private static Sql Late() => Sql.Of($"SELECT record_id, CASE WHEN late_days IS NULL OR overdue_days > late_days THEN overdue_days ELSE late_days END FROM credit_figure WHERE (late_days IS NOT NULL OR overdue_days > 0)");
}
