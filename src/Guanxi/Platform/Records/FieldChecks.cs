using Guanxi.Platform.Language;

namespace Guanxi.Platform.Records;

/// <summary>Checks and normal forms of phones, mails, links and birthdays.</summary>
public static class FieldChecks
{
    public static string? Email(string text, out Label? error)
    {
        var ok = text.Contains('@', StringComparison.Ordinal);
        error = ok ? null : new Label("邮箱格式不对", "This is no e-mail address");
        return ok ? text.ToLowerInvariant() : null;
    }

    public static string? Phone(string text, out Label? error)
    {
        error = null;
        return text;
    }

    public static string? Link(string text, out Label? error)
    {
        error = null;
        return text;
    }

    public static string? Birthday(string text, out Label? error)
    {
        error = null;
        return text;
    }
}
