using Guanxi.Platform.Language;
using Guanxi.Platform.Matching;
using Guanxi.Platform.Records;
using MatchKind = Guanxi.Science.Matching.FieldKind;

namespace Guanxi.Customers.Customers;

/// <summary>By what customers are told apart: companies by name, code and reach; people by name, birthday and reach.</summary>
internal static class Matches
{
    public static IReadOnlyList<MatchProfile> Profiles { get; } =
    [
        new("company", ["kind", "protectedUntil", "stage"], record => record.Text("kind") != "person",
        [
            new(MatchKind.Company, "name", ["name", "shortName", "formerName"], record => [record.Text("name"), record.Text("shortName"), record.Text("formerName")]),
            new(MatchKind.Identifier, "creditCode", ["creditCode", "otherId"], record => [record.Text("creditCode"), record.Text("otherId")]),
            MatchSource.Of(MatchKind.Phone, "phone", "otherPhones"),
            MatchSource.Of(MatchKind.Email, "email", "otherEmails"),
            MatchSource.Of(MatchKind.City, "city"),
            MatchSource.Joined(MatchKind.Address, "street", "province", "city", "district", "street") with { Values = Street },
        ]),
        new("person", ["kind", "protectedUntil", "stage"], record => record.Text("kind") == "person",
        [
            MatchSource.Of(MatchKind.Person, "name"),
            MatchSource.Of(MatchKind.Phone, "phone", "otherPhones"),
            MatchSource.Of(MatchKind.Email, "email", "otherEmails"),
            new(MatchKind.Date, "birthday", ["birthday"], record => [BirthdayOf(record)]),
            MatchSource.Of(MatchKind.City, "city"),
            MatchSource.Joined(MatchKind.Address, "street", "province", "city", "district", "street") with { Values = Street },
            MatchSource.Of(MatchKind.Identifier, "wechat"),
        ]),
    ];

    /// <summary>A street without its town says as much as the town, which is compared by itself; a town alone is no address.</summary>
    private static IEnumerable<string?> Street(Record record) =>
        record.Text("street") is { Length: > 0 } street ? [string.Concat(new[] { record.Text("province"), record.Text("city"), record.Text("district") }.Where(part => part is not null && !street.Contains(part, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)) + street] : [];

    /// <summary>A full date of the solar calendar; a lunar one, or one without a year, is no date to compare.</summary>
    internal static string? BirthdayOf(Record record) => record.Text("birthday") is { Length: 10 } text && Birthday.Parse(text) is not null ? text : null;
}
