using Guanxi.Platform.Records;

namespace Guanxi.Customers.Customers;

/// <summary>What the trade's rules say about a customer's numbers and places.</summary>
public static class CustomerChecks
{
    public static string NormalizeCreditCode(string code) => code.ToUpperInvariant();

    public static Label? WhatIsWrongWithCreditCode(string code) => null;

    public static (string Province, string? City, string? District)? Place(string code) => null;
}
