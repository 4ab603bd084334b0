using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What the values of a column look like: shares of those that are not empty.</summary>
sealed record ColumnValues(int Count, double Phones, double Emails, double CreditCodes, double Links, double Genders)
{
    const int Looked = 50;
    const double Most = 0.6;

    public static ColumnValues Of(IEnumerable<string?> cells)
    {
        string[] values = [.. cells.Where(cell => !string.IsNullOrWhiteSpace(cell)).Take(Looked).Select(cell => cell!.Trim())];
        double Share(Predicate<string> test) => values.Length == 0 ? 0 : (double)values.Count(value => test(value)) / values.Length;
        return new(values.Length, Share(IsPhone), Share(value => EmailAddress.Parse(value).IsValid), Share(value => CreditCode.Check(value) is { IsCreditCode: true, InnerIsValid: true }), Share(IsLink), Share(IsGender));
    }

    /// <summary>Whether the values alone speak for a field.</summary>
    public bool Supports(string field) => Count > 0 && field switch
    {
        "phone" or "otherPhones" => Phones >= Most,
        "email" or "otherEmails" => Emails >= Most,
        "creditCode" => CreditCodes >= Most,
        "website" => Links >= Most,
        "gender" => Genders >= 0.9,
        _ => false,
    };

    /// <summary>Whether the values are plainly something else than the field.</summary>
    public bool Contradicts(string field) => Count >= 3 && field switch
    {
        "phone" or "otherPhones" => Emails >= Most || Phones < 0.1 && (Links >= Most || CreditCodes >= Most),
        "email" or "otherEmails" => Emails < 0.1,
        "name" or "customer" or "city" or "province" or "street" => Phones >= 0.9 || Emails >= 0.9,
        "creditCode" => Phones >= 0.9 || Emails >= Most,
        _ => false,
    };

    // Seven digits and more: years and postcodes are no phones, though 95588 is one.
    static bool IsPhone(string value) => value.Count(char.IsAsciiDigit) >= 7 && PhoneNumber.Parse(value).IsValid;

    static bool IsLink(string value) => value.StartsWith("http", StringComparison.OrdinalIgnoreCase) || value.StartsWith("www.", StringComparison.OrdinalIgnoreCase);

    static bool IsGender(string value) => value.ToUpperInvariant() is "男" or "女" or "先生" or "女士" or "M" or "F" or "MALE" or "FEMALE";
}
