using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Guanxi.Platform.Language;

/// <summary>What was read from an e-mail address as typed; the value is null when it is not one.</summary>
public readonly record struct EmailCheck(string? Value, (string ZhHans, string En)? Reason)
{
    public bool IsValid => Value is not null;
}

/// <summary>
/// E-mail addresses as mail programs accept them: the rule of HTML's e-mail field, widened to letters of any writing (RFC 6531), plus the lengths of RFC 5321 and a dot in the domain.
/// Normalised to lower case: no mail service of today tells letters apart by case, and two spellings would be two contacts.
/// </summary>
public static partial class EmailAddress
{
    static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>Reads "a@b.cn", "mailto:a@b.cn" and "张三 &lt;a@b.cn&gt;".</summary>
    public static EmailCheck Parse(string? text)
    {
        string value = (text ?? "").ReplaceLoneSurrogates().Normalize(NormalizationForm.FormKC).Trim().Trim('\u200B', '\uFEFF', ';', ',');
        if (value.EndsWith('>') && value.LastIndexOf('<') is >= 0 and var open)
        {
            value = value[(open + 1)..^1].Trim();
        }

        if (value.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            value = value[7..];
        }

        int at = value.LastIndexOf('@');
        if (at <= 0 || at == value.Length - 1)
        {
            return Refused(("邮箱应形如 name@example.com", "An e-mail address looks like name@example.com"));
        }

        string local = value[..at], domain = value[(at + 1)..].TrimEnd('.');
        if (!Local().IsMatch(local) || Encoding.UTF8.GetByteCount(local) > 64)
        {
            return Refused(("@ 之前的部分含有不可用的字符、多余的点，或太长", "The part before @ has characters or dots that cannot stand there, or is too long"));
        }

        return DomainIsValid(domain) && Encoding.UTF8.GetByteCount(value) <= 254
            ? new($"{local}@{domain}".ToLowerInvariant(), null)
            : Refused(("@ 之后应为完整的域名，例如 example.com", "After @ a full domain is needed, such as example.com"));
    }

    internal static bool DomainIsValid(string domain)
    {
        try
        {
            string ascii = Idn.GetAscii(domain);
            return ascii.Length <= 253 && Domain().IsMatch(ascii);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static EmailCheck Refused((string ZhHans, string En) reason) => new(null, reason);

    [GeneratedRegex(@"^[\p{L}\p{M}\p{Nd}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{Nd}!#$%&'*+/=?^_`{|}~-]+)*$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Local();

    [GeneratedRegex(@"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Domain();
}
