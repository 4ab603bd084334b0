using System.Globalization;
using System.Text.Json;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;

namespace Guanxi.Server.Sales;

/// <summary>Reads what calls about sales say in their bodies; what is no such thing is refused by the member's name.</summary>
internal static class SalesBody
{
    public static string? Words(this JsonElement body, string name) => body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null
        ? null
        : value.ValueKind == JsonValueKind.String && value.GetString()!.Length <= 4000 ? value.GetString() : throw new RefusedException(Refusal.Invalid(name, ("应为文字，最多 4,000 字", "It is a text of at most 4,000 characters")));

    /// <summary>An amount or quantity: a number, text of one, or an object with "amount".</summary>
    public static decimal? Amount(this JsonElement body, string name)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("amount", out var inner))
        {
            value = inner;
        }

        var text = value.ValueKind is JsonValueKind.Number ? value.GetRawText() : value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) <= Money.Largest ? number : throw new RefusedException(Refusal.Invalid(name, ("应为数字，例如 1234.50", "This should be a number such as 1234.50")));
    }

    public static DateOnly? Day(this JsonElement body, string name) => body.Words(name) is not { Length: > 0 } text
        ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && DateText.InRange(day.Year) ? day : throw new RefusedException(Refusal.Invalid(name, ("日期应如 2026-11-22", "A date is written like 2026-11-22")));

    /// <summary>The objects of a list; null when it is not there.</summary>
    public static IReadOnlyList<JsonElement>? Items(this JsonElement body, string name, int most = 500)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var items = list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most ? list.EnumerateArray().ToList() : throw new RefusedException(Refusal.Invalid(name, new Label($"应为列表，最多 {most} 项", $"This should be a list of at most {most}")));
        return items.All(item => item.ValueKind == JsonValueKind.Object) ? items : throw new RefusedException(Refusal.Invalid(name, ("每一项应为对象", "Each item should be an object")));
    }

    /// <summary>The body without members that are not fields of the record.</summary>
    public static JsonElement Without(this JsonElement body, params string[] names) =>
        JsonSerializer.SerializeToElement(body.EnumerateObject().Where(member => !names.Contains(member.Name, StringComparer.Ordinal)).ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal));

    /// <summary>Runs a change in the caller's name and answers with the record it ends with.</summary>
    public static async Task ChangeAsync(this HttpContext http, Func<SaveContext, JsonElement, Task<Record>> work)
    {
        var body = await http.OptionalBodyAsync();
        await http.RecordAsync(await http.Workspace().WriteAsync(http.Actor(), context => work(context, body), http.Confirmed(), http.RequestAborted));
    }
}
