using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Customers;

/// <summary>What the trade's rules say about a customer's numbers and places.</summary>
public static class CustomerChecks
{
    public static string NormalizeCreditCode(string code) => CreditCode.Normalize(code);

    public static Label? WhatIsWrongWithCreditCode(string code) => CreditCode.Check(code).Warning is { } warning ? new Label(warning.ZhHans, warning.En) : null;

    /// <summary>Names of province, city and district of a code, as they read today; null for an unknown code.</summary>
    public static (string Province, string? City, string? District)? Place(string code)
    {
        if (Divisions.Find(code) is not { } division)
        {
            return null;
        }

        var path = Divisions.Path(division);
        return (
            path.First(part => part.Level == DivisionLevel.Province).Name,
            path.FirstOrDefault(part => part.Level == DivisionLevel.City)?.Name,
            path.FirstOrDefault(part => part.Level == DivisionLevel.District)?.Name);
    }
}
