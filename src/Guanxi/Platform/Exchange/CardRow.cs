using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>A row of people or companies as a card for a phone book. Masked values stay out: a masked number calls nobody.</summary>
internal sealed class CardRow(ExportReading reading)
{
    private static readonly string[] Names =
    [
        "id", "name", "customer", "kind", "department", "title", "phone", "otherPhones", "email", "otherEmails", "country", "province", "city", "street", "postcode", "website", "birthday", "gender", "wechat", "qq", "tags", "note",
    ];

    private readonly Dictionary<string, int> at = reading.Plan.Select((column, i) => (column, i)).Where(item => !item.column.Masked).ToDictionary(item => item.column.Field.Name, item => item.i, StringComparer.Ordinal);

    /// <exception cref="RefusedException">The type knows no name and phone to put on a card.</exception>
    public static IReadOnlyList<Field> FieldsOf(Actor actor, RecordType type)
    {
        if (type.Find("name") is null || type.Find("phone") is null)
        {
            throw new RefusedException(Refusal.Invalid("format", new Label($"{type.Label.ZhHans}不能导出为名片（vcf）", $"{type.Label.En} cannot go onto cards (vcf)")));
        }

        return [.. Names.Select(type.Find).OfType<Field>().Where(field => actor.On(type, field) != FieldRight.Hidden)];
    }

    public VCardContact Read()
    {
        var name = Text("name") ?? "";
        var company = at.TryGetValue("customer", out var customer) ? reading.Cell(customer) as string : (Value("kind") as string) == "company" ? name : null;
        return new VCardContact(name)
        {
            Id = Value("id") as Guid?,
            Company = company,
            Department = Text("department"),
            Title = Text("title"),
            Phones = [.. Points("phone", "otherPhones").Select(number => (PhoneNumber.Parse(number).Kind, number))],
            Emails = [.. Points("email", "otherEmails")],
            Country = Text("country"),
            Province = Text("province"),
            City = Text("city"),
            Street = Text("street"),
            Postcode = Text("postcode"),
            Website = Text("website"),
            Birthday = Birthday.Parse(Text("birthday")),
            Gender = Text("gender") switch { "male" => 'M', "female" => 'F', "other" => 'O', _ => null },
            WeChat = Text("wechat"),
            QQ = Text("qq"),
            Tags = Value("tags") as string[] ?? [],
            Note = Text("note"),
        };
    }

    private IEnumerable<string> Points(string first, string others)
    {
        if (Text(first) is { } main)
        {
            yield return main;
        }

        foreach (var point in Value(others) as ContactPoint[] ?? [])
        {
            yield return point.Value;
        }
    }

    private string? Text(string field) => Value(field) as string;

    private object? Value(string field) => at.TryGetValue(field, out var column) ? reading.Value(column) : null;
}
