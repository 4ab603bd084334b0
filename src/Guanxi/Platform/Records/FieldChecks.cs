using Guanxi.Platform.Language;

namespace Guanxi.Platform.Records;

/// <summary>Checks and normal forms of phones, mails, links and birthdays.</summary>
public static class FieldChecks
{
    public static string? Email(string text, out Label? error)
    {
        var check = EmailAddress.Parse(text);
        error = Reason(check.Reason);
        return check.Value;
    }

    /// <summary>E.164, with <c>;ext=</c> when there is an extension.</summary>
    public static string? Phone(string text, out Label? error)
    {
        var check = PhoneNumber.Parse(text);
        error = Reason(check.Reason);
        return check.Value;
    }

    public static string? Link(string text, out Label? error)
    {
        var check = Language.Link.Parse(text);
        error = Reason(check.Reason);
        return check.Value;
    }

    public static string? Birthday(string text, out Label? error)
    {
        var birthday = Language.Birthday.Parse(text);
        error = birthday is null ? ("应为生日，例如 1990-05-12、--05-12 或 lunar:1990-08-15", "This should be a birthday such as 1990-05-12, --05-12 or lunar:1990-08-15") : null;
        return birthday?.ToString();
    }

    private static Label? Reason((string ZhHans, string En)? reason) => reason is { } words ? new Label(words.ZhHans, words.En) : null;
}
