using System.Globalization;
using System.Text;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Writes cards after vCard 4.0 (RFC 6350): UTF-8, lines folded at 75 octets between characters.</summary>
public sealed class VCardWriting(Stream stream) : IAsyncDisposable
{
    const int FlushAt = 32 * 1024;
    const int MaxOctets = 75;

    readonly StringBuilder buffer = new();

    public async ValueTask WriteAsync(VCardContact contact, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(contact);
        Append(contact);
        if (buffer.Length >= FlushAt)
        {
            await FlushAsync(cancellation);
        }
    }

    public async ValueTask DisposeAsync() => await FlushAsync(CancellationToken.None);

    void Append(VCardContact contact)
    {
        Line("BEGIN:VCARD");
        Line("VERSION:4.0");
        Line("FN:" + Escape(contact.Name));
        (string family, string given) = ChineseName.Split(contact.Name);
        Line($"N:{Escape(family)};{Escape(given)};;;");
        if (contact.Company is not null || contact.Department is not null)
        {
            Line($"ORG:{Escape(contact.Company)}{(contact.Department is null ? "" : ";" + Escape(contact.Department))}");
        }

        Optional("TITLE", contact.Title);
        foreach ((PhoneKind kind, string number) in contact.Phones)
        {
            Line($"TEL;VALUE=uri;TYPE={(kind == PhoneKind.Mobile ? "cell" : "\"work,voice\"")}:tel:{number}");
        }

        foreach (string email in contact.Emails)
        {
            Line("EMAIL:" + Escape(email));
        }

        if (contact.Country is not null || contact.Province is not null || contact.City is not null || contact.Street is not null)
        {
            Line($"ADR;TYPE=work:;;{Escape(contact.Street)};{Escape(contact.City)};{Escape(contact.Province)};{Escape(contact.Postcode)};{Escape(contact.Country)}");
        }

        Optional("URL", contact.Website);
        AppendBirthday(contact.Birthday);
        Optional("GENDER", contact.Gender?.ToString());
        Optional("X-WECHAT", contact.WeChat);
        Optional("X-QQ", contact.QQ);
        if (contact.Tags.Count > 0)
        {
            Line("CATEGORIES:" + string.Join(',', contact.Tags.Select(Escape)));
        }

        Optional("NOTE", contact.Note);
        Optional("UID", contact.Id is { } id ? $"urn:uuid:{id}" : null);
        Line("END:VCARD");
    }

    // The standard knows the Gregorian calendar only; a lunar birthday as a solar day would be wrong next year.
    void AppendBirthday(Birthday? birthday)
    {
        if (birthday is not { } day)
        {
            return;
        }

        Line(day.IsLunar
            ? "X-LUNAR-BIRTHDAY:" + day
            : string.Create(CultureInfo.InvariantCulture, $"BDAY:{(day.Year is { } year ? year.ToString("0000", CultureInfo.InvariantCulture) : "--")}{day.Month:00}{day.Day:00}"));
    }

    void Optional(string property, string? value)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            Line($"{property}:{Escape(value)}");
        }
    }

    void Line(string line)
    {
        int octets = 0;
        foreach (Rune rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MaxOctets)
            {
                buffer.Append("\r\n ");
                octets = 1;
            }

            buffer.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        buffer.Append("\r\n");
    }

    static string Escape(string? text) =>
        (text ?? "").Replace("\\", "\\\\").ReplaceLineEndings("\\n").Replace(",", "\\,").Replace(";", "\\;");

    async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await stream.WriteAsync(Encoding.UTF8.GetBytes(buffer.ToString()), cancellation);
        buffer.Clear();
    }
}
