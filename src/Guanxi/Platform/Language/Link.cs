using System.Net;
using System.Text;

namespace Guanxi.Platform.Language;

/// <summary>What was read from a web address as typed; the value is null when it is not one.</summary>
public readonly record struct LinkCheck(string? Value, (string ZhHans, string En)? Reason)
{
    public bool IsValid => Value is not null;
}

/// <summary>Web addresses. Only http and https are kept: a link is shown to colleagues, and a script or a file address would run or read on their machines.</summary>
public static class Link
{
    const int MaxLength = 2000;

    /// <summary>Adds https:// where the scheme is missing, lower-cases scheme and host, drops a bare trailing slash.</summary>
    public static LinkCheck Parse(string? text)
    {
        string typed = (text ?? "").ReplaceLoneSurrogates().Trim().Trim('\u200B', '\uFEFF');
        if (typed.Length == 0 || typed.Length > MaxLength || typed.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            return Refused(("网址不能为空、含空格或超过 2000 个字", "A web address cannot be empty, have spaces or more than 2000 characters"));
        }

        int colon = typed.IndexOfAny([':', '：']);
        bool hasScheme = colon > 0 && typed[..colon].All(char.IsAsciiLetter) && !IsPort(typed, colon);
        string address = hasScheme ? $"{typed[..colon]}:{typed[(colon + 1)..]}" : "https://" + typed.TrimStart('/');
        if (!Uri.TryCreate(HostNormalized(address), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            return Refused(("网址应以 http:// 或 https:// 开头", "A web address begins with http:// or https://"));
        }

        if (uri.UserInfo.Length > 0 || !(EmailAddress.DomainIsValid(uri.IdnHost) || IPAddress.TryParse(uri.IdnHost, out _)))
        {
            return Refused(("网址中的域名不完整，例如 www.example.com", "The host is no full domain such as www.example.com"));
        }

        string rest = uri.GetComponents(UriComponents.PathAndQuery | UriComponents.Fragment, UriFormat.SafeUnescaped);
        string value = $"{uri.Scheme}://{uri.Host.ToLowerInvariant()}{(uri.IsDefaultPort ? "" : ":" + uri.Port)}{(rest == "/" ? "" : rest)}";
        return new(value, null);
    }

    // "example.com:8080/path" has a port, "javascript:alert(1)" has a scheme.
    static bool IsPort(string typed, int colon) => colon + 1 < typed.Length && char.IsAsciiDigit(typed[colon + 1]) && typed[..colon].Contains('.', StringComparison.Ordinal);

    // Full-width letters and dots are a slip of the input method in the host, but may be meant in the path.
    static string HostNormalized(string address)
    {
        int start = address.IndexOf("//", StringComparison.Ordinal) + 2;
        if (start < 2)
        {
            return address;
        }

        int end = address.IndexOfAny(['/', '?', '#'], start);
        end = end < 0 ? address.Length : end;
        return address[..start] + address[start..end].Normalize(NormalizationForm.FormKC).Replace('。', '.') + address[end..];
    }

    static LinkCheck Refused((string ZhHans, string En) reason) => new(null, reason);
}
