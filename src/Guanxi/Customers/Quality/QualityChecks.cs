using System.Collections.Frozen;
using Guanxi.Customers.Customers;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Quality;

/// <summary>One thing that is wrong with a field.</summary>
/// <param name="Kind">missing, invalid, implausible, contradiction or outdated.</param>
/// <param name="Rule">Which rule says so; <see cref="QualityWords"/> has its words.</param>
public readonly record struct QualityIssue(string Field, string Kind, string Rule);

/// <summary>When a value was last changed or confirmed.</summary>
/// <param name="Said">Somebody has said that it is right as it is, since it was last changed.</param>
public readonly record struct Confirmation(DateTimeOffset At, bool Said);

/// <summary>What a record is worth.</summary>
/// <param name="Score">0 to 100: the weights of the fields that are right, of all that should be there.</param>
/// <param name="DueAt">When the next value stops being believed; null when none will.</param>
public sealed record QualityVerdict(int Score, IReadOnlyList<QualityIssue> Issues, DateTimeOffset? DueAt);

/// <summary>Judges a record by itself: each value by its kind, values against each other, what is missing for its class, and what nobody has confirmed for too long.</summary>
public static class QualityChecks
{
    public static readonly string[] Kinds = ["missing", "invalid", "implausible", "contradiction", "outdated"];

    /// <summary>How much of a field's weight is left when something is wrong with it: an outdated number may still be right, a wrong one helps nobody.</summary>
    private static readonly FrozenDictionary<string, double> Left = new Dictionary<string, double>(StringComparer.Ordinal) { ["missing"] = 0, ["invalid"] = 0, ["implausible"] = 0.25, ["contradiction"] = 0.5, ["outdated"] = 0.5 }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Placeholders = new[]
    {
        "无", "没有", "未知", "不详", "不知道", "待定", "待补", "暂无", "空", "测试", "测试客户", "test", "testing", "none", "null", "n/a", "na", "unknown", "tbd", "xxx", "xx", "aaa", "abc", "asdf", "qwerty", "123", "1234", "12345", "123456", "000", "0000", "-", "--", "---", ".", "..", "...", "?", "？", "*", "/",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> EmptyDomains = new[] { "example.com", "example.org", "test.com", "test.cn", "xxx.com", "abc.com", "none.com" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <param name="confirmed">When a field was last changed or confirmed; the record's making where nothing else is known.</param>
    /// <param name="beside">What comparing it with other records found (<see cref="QualityTwins"/>).</param>
    public static QualityVerdict Of(Record record, QualityRules rules, Func<string, Confirmation> confirmed, DateTimeOffset now, IEnumerable<QualityIssue>? beside = null)
    {
        var issues = new List<QualityIssue>();
        var weights = rules.For(record);
        DateTimeOffset? due = null;
        foreach (var field in record.Type.Fields)
        {
            if (field.System || field.Internal || field.Retired || field.IsComputed)
            {
                continue;
            }

            if (IsEmpty(record[field]))
            {
                if (weights.GetValueOrDefault(field.Name) > 0)
                {
                    issues.Add(new QualityIssue(field.Name, "missing", "missing"));
                }

                continue;
            }

            if (ByKind(field, record[field]!) is { } wrong)
            {
                issues.Add(wrong);
            }

            if (rules.DaysOf(field, record.Type.Name) is > 0 and var days)
            {
                var until = confirmed(field.Name).At.AddDays(days);
                if (until <= now)
                {
                    issues.Add(new QualityIssue(field.Name, "outdated", "outdated"));
                }
                else if (due is null || until < due)
                {
                    due = until;
                }
            }
        }

        issues.AddRange(record switch { Customer customer => OfCustomer(customer), _ => OfPerson(record) });
        issues.AddRange(Ages(record, now));
        issues.AddRange(beside ?? []);

        // Odd numbers exist: who says that one is right is believed.
        issues.RemoveAll(issue => issue.Kind is "implausible" or "contradiction" && confirmed(issue.Field).Said);
        return new QualityVerdict(Score(weights, issues), [.. issues.DistinctBy(issue => (issue.Field, issue.Kind))], due);
    }

    private static int Score(IReadOnlyDictionary<string, int> weights, List<QualityIssue> issues)
    {
        var lost = issues.GroupBy(issue => issue.Field, StringComparer.Ordinal).ToDictionary(group => group.Key, group => 1 - group.Min(issue => Left[issue.Kind]), StringComparer.Ordinal);

        // A field without a weight counts one as soon as something in it is wrong.
        var all = weights.Values.Sum() + lost.Keys.Count(field => weights.GetValueOrDefault(field) == 0);
        return all == 0 ? 100 : (int)Math.Round(100 * (1 - (lost.Sum(item => item.Value * Math.Max(1, weights.GetValueOrDefault(item.Key))) / all)), MidpointRounding.AwayFromZero);
    }

    private static bool IsEmpty(object? value) => value switch { null => true, string text => text.Trim().Length == 0, Array array => array.Length == 0, _ => false };

    private static QualityIssue? ByKind(Field field, object value)
    {
        QualityIssue Invalid(string rule) => new(field.Name, "invalid", rule);
        QualityIssue Implausible(string rule) => new(field.Name, "implausible", rule);
        switch (field.Kind, value)
        {
            case (FieldKind.Phone, string phone):
                var check = PhoneNumber.Parse(phone);
                return !check.IsValid ? Invalid("phone") : Monotonous(check.E164!) ? Implausible("phone-pattern") : null;
            case (FieldKind.Email, string email):
                return !EmailAddress.Parse(email).IsValid ? Invalid("email") : EmptyDomains.Contains(email[(email.LastIndexOf('@') + 1)..]) ? Implausible("email-domain") : null;
            case (FieldKind.Birthday, string birthday):
                return Birthday.Parse(birthday) is null ? Invalid("birthday") : null;
            case (FieldKind.Text, string code) when field.Name == "creditCode":
                return CustomerChecks.WhatIsWrongWithCreditCode(code) is null ? null : Invalid("credit-code");
            case (FieldKind.Text, string code) when field.Name == "divisionCode":
                return CustomerChecks.Place(code) is null ? Invalid("division") : null;
            case (FieldKind.Text, string code) when field.Name == "postcode":
                return code.Length == 6 && code.All(char.IsAsciiDigit) ? null : Invalid("postcode");
            case (FieldKind.Text, string text) when field.Name is not ("note" or "qq" or "externalId"):
                return Placeholders.Contains(text.Trim()) ? Invalid("placeholder") : field.Name == "name" && text.All(letter => char.IsAsciiDigit(letter) || char.IsPunctuation(letter)) ? Implausible("name-digits") : null;
            case (FieldKind.Integer, long number) when field.Name == "employees":
                return number < 0 ? Invalid("negative") : number > 3_000_000 ? Implausible("too-large") : null;
            case (FieldKind.Money, Money { Amount: < 0 }):
                return Invalid("negative");
            case (FieldKind.Money, Money { Amount: > 10_000_000_000_000m }):
                return Implausible("too-large");
            default:
                return null;
        }
    }

    /// <summary>One digit over and over, or counted up: what is typed to get past a form.</summary>
    private static bool Monotonous(string e164)
    {
        var digits = e164.Where(char.IsAsciiDigit).TakeLast(8).ToArray();
        return digits.Length == 8 && (digits.Distinct().Count() == 1 || digits.Zip(digits.Skip(1)).All(pair => pair.Second - pair.First == 1) || digits.Zip(digits.Skip(1)).All(pair => pair.First - pair.Second == 1));
    }

    private static IEnumerable<QualityIssue> OfCustomer(Customer customer)
    {
        QualityIssue Against(string field, string rule) => new(field, "contradiction", rule);
        if (customer.IsPerson && customer.Text("creditCode") is not null)
        {
            yield return Against("creditCode", "person-with-code");
        }

        if (!customer.IsPerson && (customer["gender"] is not null || customer["birthday"] is not null))
        {
            yield return Against(customer["birthday"] is not null ? "birthday" : "gender", "company-with-person");
        }

        if (customer["employees"] is long employees && customer.Text("size") is { } size && ((size == "large" && employees < 100) || (size is "micro" && employees >= 300) || (size is "small" && employees >= 1000)))
        {
            yield return Against("size", "size-employees");
        }

        if (customer.Text("divisionCode") is { } code && CustomerChecks.Place(code) is { } place)
        {
            if (customer.Text("province") is { } province && province != place.Province)
            {
                yield return Against("province", "place-code");
            }
            else if (customer.Text("city") is { } city && place.City is { } named && city != named)
            {
                yield return Against("city", "place-code");
            }
        }

        if (customer.Reference("parent") == customer.Id)
        {
            yield return Against("parent", "own-parent");
        }
    }

    private static IEnumerable<QualityIssue> OfPerson(Record person)
    {
        if (person.Type.Find("reportsTo") is { } above && person[above] is Guid id && id == person.Id)
        {
            yield return new QualityIssue("reportsTo", "contradiction", "own-parent");
        }
    }

    private static IEnumerable<QualityIssue> Ages(Record record, DateTimeOffset now)
    {
        if (record.Type.Find("birthday") is { } field && record[field] is string text && Birthday.Parse(text) is { Year: not null } birthday)
        {
            var today = DateOnly.FromDateTime(now.UtcDateTime);
            if (birthday.In(birthday.Year!.Value) > today)
            {
                yield return new QualityIssue("birthday", "implausible", "in-the-future");
            }
            else if (birthday.Age(today) > 110)
            {
                yield return new QualityIssue("birthday", "implausible", "too-old");
            }
        }
    }
}
