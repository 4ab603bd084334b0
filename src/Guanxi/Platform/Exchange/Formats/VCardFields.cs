using System.Globalization;
using System.Text.RegularExpressions;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What the properties of a card are called in a contact's fields.</summary>
static partial class VCardFields
{
    public static readonly string[] Columns =
    [
        "name", "nickname", "customer", "department", "title", "mobile", "phone", "phone2", "fax", "email", "email2", "country", "province", "city", "street", "postcode",
        "website", "birthday", "gender", "wechat", "qq", "tags", "note", "externalId",
    ];

    public static string?[] Row(IReadOnlyList<VCardProperty> card)
    {
        var row = new string?[Columns.Length];
        void Set(string column, string? value)
        {
            int index = Array.IndexOf(Columns, column);
            row[index] ??= string.IsNullOrWhiteSpace(value) ? null : value.Trim();
        }

        string? First(string name) => card.FirstOrDefault(property => property.Name == name && property.Text.Length > 0)?.Text;

        string[] organisation = card.FirstOrDefault(property => property.Name == "ORG")?.Parts ?? [];
        Set("name", First("FN") ?? NameOf(card.FirstOrDefault(property => property.Name == "N")));
        Set("name", NameOf(card.FirstOrDefault(property => property.Name == "N")));
        Set("name", organisation.FirstOrDefault() ?? First("NICKNAME") ?? First("EMAIL"));
        Set("nickname", First("NICKNAME"));
        Set("customer", organisation.FirstOrDefault());
        Set("department", string.Join(" ", organisation.Skip(1).Where(part => part.Length > 0)));
        Set("title", First("TITLE") ?? First("ROLE"));
        Phones(card, Set);
        string[] mails = [.. card.Where(property => property.Name == "EMAIL").OrderByDescending(IsPreferred).Select(property => WithoutScheme(property.Text) ?? "").Distinct(StringComparer.OrdinalIgnoreCase)];
        Set("email", mails.ElementAtOrDefault(0));
        Set("email2", mails.ElementAtOrDefault(1));
        Address(card, Set);
        Set("website", First("URL"));
        Set("birthday", BirthdayOf(First("BDAY")) ?? First("X-LUNAR-BIRTHDAY"));
        Set("gender", First("GENDER")?.Split(';')[0]);
        Set("wechat", First("X-WECHAT") ?? First("X-WEIXIN") ?? Impp(card, "wechat") ?? Impp(card, "weixin"));
        Set("qq", First("X-QQ") ?? Impp(card, "qq"));
        Set("tags", string.Join(",", card.Where(property => property.Name == "CATEGORIES").SelectMany(property => VCardProperty.SplitUnescaped(property.Value, ',')).Select(VCardProperty.Unescape)));
        Set("note", string.Join("\n", card.Where(property => property.Name == "NOTE" && property.Text.Length > 0).Select(property => property.Text)));
        Set("externalId", First("UID"));
        return row;
    }

    static void Phones(IReadOnlyList<VCardProperty> card, Action<string, string?> set)
    {
        var phones = card.Where(property => property.Name == "TEL" && property.Text.Length > 0).OrderByDescending(IsPreferred).ToList();
        VCardProperty? fax = phones.Find(phone => phone.Is("FAX"));
        VCardProperty? mobile = phones.Find(phone => phone.Is("CELL") || phone.Is("IPHONE")) ?? phones.Find(phone => !phone.Is("FAX") && PhoneNumber.Parse(phone.Text).Kind == PhoneKind.Mobile);
        set("fax", WithoutScheme(fax?.Text));
        set("mobile", WithoutScheme(mobile?.Text));
        string[] others = [.. phones.Where(phone => phone != mobile && !phone.Is("FAX") && !phone.Is("PAGER")).Select(phone => WithoutScheme(phone.Text)!).Distinct(StringComparer.Ordinal)];
        set("phone", others.ElementAtOrDefault(0));
        set("phone2", others.ElementAtOrDefault(1));
    }

    // ADR: post office box; extended; street; locality; region; postal code; country.
    static void Address(IReadOnlyList<VCardProperty> card, Action<string, string?> set)
    {
        VCardProperty? address = card.Where(property => property.Name == "ADR" && property.Parts.Any(part => part.Length > 0)).OrderByDescending(IsPreferred).ThenByDescending(property => property.Is("WORK")).FirstOrDefault();
        if (address is null)
        {
            return;
        }

        string[] parts = [.. address.Parts, "", "", "", "", "", "", ""];
        set("street", string.Join(" ", new[] { parts[2], parts[1], parts[0] }.Where(part => part.Length > 0)).ReplaceLineEndings(" "));
        set("city", parts[3]);
        set("province", parts[4]);
        set("postcode", parts[5]);
        set("country", parts[6]);
    }

    // Chinese names are written family name first and without a space.
    static string? NameOf(VCardProperty? name)
    {
        if (name is null)
        {
            return null;
        }

        string[] parts = [.. name.Parts, "", "", "", "", ""];
        (string family, string given, string middle, string prefix, string suffix) = (parts[0], parts[1], parts[2], parts[3], parts[4]);
        bool chinese = (family + given).Any(CharacterKinds.IsHan);
        return chinese ? family + middle + given : string.Join(' ', new[] { prefix, given, middle, family, suffix }.Where(part => part.Length > 0));
    }

    static string? BirthdayOf(string? text)
    {
        if (text is null)
        {
            return null;
        }

        // 19900512, 1990-05-12T00:00:00Z, --0512; 1604 is how Apple says that the year is unknown.
        Match match = CardDate().Match(text);
        if (!match.Success)
        {
            return text;
        }

        string year = match.Groups["year"].Value is "1604" or "" or "-" or "--" ? "-" : match.Groups["year"].Value;
        return string.Create(CultureInfo.InvariantCulture, $"{year}-{match.Groups["month"].Value}-{match.Groups["day"].Value}");
    }

    static string? Impp(IReadOnlyList<VCardProperty> card, string scheme) =>
        card.Where(property => property.Name is "IMPP" or "X-IM").Select(property => property.Text).Where(text => text.StartsWith(scheme + ":", StringComparison.OrdinalIgnoreCase)).Select(text => text[(scheme.Length + 1)..]).FirstOrDefault();

    static bool IsPreferred(VCardProperty property) => property.Is("PREF");

    static string? WithoutScheme(string? text) =>
        text is null ? null : text.StartsWith("tel:", StringComparison.OrdinalIgnoreCase) ? text[4..] : text.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase) ? text[7..] : text;

    [GeneratedRegex(@"^(?<year>\d{4}|--?)-?(?<month>\d{2})-?(?<day>\d{2})(?:T.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex CardDate();
}
