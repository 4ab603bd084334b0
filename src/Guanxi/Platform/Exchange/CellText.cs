namespace Guanxi.Platform.Exchange;

/// <summary>
/// Cells that a spreadsheet would run as formulas carry an apostrophe in exports (OWASP, CSV Injection). Texts that already begin with an apostrophe before such a cell get one more,
/// so that reading an own export gives back every value as it was.
/// </summary>
internal static class CellText
{
    public static bool NeedsGuard(string text)
    {
        var at = 0;
        while (at < text.Length && text[at] == '\'')
        {
            at++;
        }

        return at < text.Length && text[at] is '=' or '+' or '-' or '@' or '\t' or '\r';
    }

    public static string Guarded(string text) => NeedsGuard(text) ? "'" + text : text;

    public static string WithoutGuard(string text) => text.Length > 1 && text[0] == '\'' && NeedsGuard(text) ? text[1..] : text;
}
