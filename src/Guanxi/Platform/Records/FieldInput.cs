using System.Globalization;
using System.Text.Json;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Records;

/// <summary>Turns what a request or a file says into a field's value, or says in the reader's words what is wrong with it.</summary>
public static class FieldInput
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Label NotText = ("应为文字", "This should be text");
    private static readonly Label NotNumber = ("应为数字", "This should be a number");
    private static readonly Label OutOfRange = ("数字超出可接受的范围", "This number is outside the range that can be kept");

    /// <summary>From JSON. Null, and text that is empty, mean no value.</summary>
    public static object? Parse(Field field, JsonElement json, out Label? error)
    {
        error = null;
        if (json.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            return null;
        }

        switch (field.Kind)
        {
            case FieldKind.YesNo:
                if (json.ValueKind is JsonValueKind.True or JsonValueKind.False)
                {
                    return json.GetBoolean();
                }

                error = ("应为是或否（true / false）", "This should be yes or no (true / false)");
                return null;
            case FieldKind.Number or FieldKind.Integer or FieldKind.Rating when json.ValueKind == JsonValueKind.Number:
                // 1e400 is valid JSON and no number we can keep.
                return ParseText(field, json.GetRawText(), out error);
            case FieldKind.Reference:
                if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("id", out var id))
                {
                    json = id;
                }

                if (json.ValueKind == JsonValueKind.String && TryText(json, out var reference) && Guid.TryParse(reference, out var parsed))
                {
                    return parsed;
                }

                error = ("应为所指记录的编号", "This should be the id of the record meant");
                return null;
            case FieldKind.Money:
                return ParseMoney(field, json, out error);
            case FieldKind.Choices or FieldKind.Tags:
                return ParseList(field, json, out error);
            case FieldKind.ContactPoints:
                return ParseContactPoints(json, out error);
            case FieldKind.Json or FieldKind.Address:
                if (json.ValueKind is JsonValueKind.Object or JsonValueKind.Array && json.GetRawText().Length <= 64_000)
                {
                    // Written anew, so that the same value is always the same text, whatever escapes it came with.
                    return JsonSerializer.Serialize(json, Relaxed);
                }

                error = ("应为 JSON 对象", "This should be a JSON object");
                return null;
            default:
                if (json.ValueKind != JsonValueKind.String)
                {
                    error = field.Kind is FieldKind.Number or FieldKind.Integer or FieldKind.Rating ? NotNumber : NotText;
                    return null;
                }

                if (!TryText(json, out var text))
                {
                    error = ("文字编码已损坏", "The text is broken (a lone surrogate)");
                    return null;
                }

                return ParseText(field, text, out error);
        }
    }

    /// <summary>From text, as a file or a form brings it.</summary>
    public static object? ParseText(Field field, string text, out Label? error)
    {
        error = null;
        if (field.Kind == FieldKind.LongText)
        {
            text = text.ReplaceLineEndings("\n");
        }

        var trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return null;
        }

        if (trimmed.Contains('\0', StringComparison.Ordinal) || HasLoneSurrogate(trimmed))
        {
            error = ("含有不可用的字符", "This has characters that cannot be kept");
            return null;
        }

        if (field.IsText && trimmed.Length > field.MaxLength)
        {
            error = new Label($"最多 {field.MaxLength} 个字", $"At most {field.MaxLength} characters");
            return null;
        }

        switch (field.Kind)
        {
            case FieldKind.Text:
                return trimmed.Any(char.IsControl) ? string.Concat(trimmed.Where(letter => !char.IsControl(letter))) : trimmed;
            case FieldKind.LongText:
                return text.TrimEnd();
            case FieldKind.Number:
                return ParseNumber(trimmed, out error);
            case FieldKind.Integer or FieldKind.Rating:
                var number = ParseNumber(trimmed, out error);
                if (number is null)
                {
                    return null;
                }

                if (number != decimal.Truncate(number.Value) || (field.Kind == FieldKind.Rating && number is < 0 or > 5))
                {
                    error = field.Kind == FieldKind.Rating ? ("评分应为 0 到 5", "A rating is 0 to 5") : ("应为整数", "This should be a whole number");
                    return null;
                }

                return (long)number.Value;
            case FieldKind.Money:
                // What a worksheet works out, 33.333333, is meant to the cent.
                return MoneyText.Parse(trimmed, out error) is { } read ? field.Payable ? read with { Amount = MinorUnits.Round(read.Amount, read.Currency) } : read : null;
            case FieldKind.Date:
                if (DateText.TryDate(trimmed, out var date))
                {
                    return date;
                }

                error = ("应为日期，例如 2026-11-22", "This should be a date such as 2026-11-22");
                return null;
            case FieldKind.Instant:
                if (DateText.TryInstant(trimmed, out var instant))
                {
                    return instant;
                }

                error = ("应为时间，例如 2026-11-22T09:30:00Z", "This should be a time such as 2026-11-22T09:30:00Z");
                return null;
            case FieldKind.Time:
                if (TimeOnly.TryParse(trimmed, CultureInfo.InvariantCulture, out var time))
                {
                    return new TimeOnly(time.Hour, time.Minute);
                }

                error = ("应为钟点，例如 09:30", "This should be a time of day such as 09:30");
                return null;
            case FieldKind.YesNo:
                return ParseYesNo(trimmed, out error);
            case FieldKind.Choice:
                return ParseChoice(field, trimmed, out error);
            case FieldKind.Choices or FieldKind.Tags:
                return ParseListText(field, trimmed, out error);
            case FieldKind.Email:
                return FieldChecks.Email(trimmed, out error);
            case FieldKind.Phone:
                return FieldChecks.Phone(trimmed, out error);
            case FieldKind.Link:
                return FieldChecks.Link(trimmed, out error);
            case FieldKind.Birthday:
                return FieldChecks.Birthday(trimmed, out error);
            case FieldKind.Reference:
                if (Guid.TryParse(trimmed, out var id))
                {
                    return id;
                }

                error = ("应为所指记录的编号", "This should be the id of the record meant");
                return null;
            case FieldKind.ContactPoints:
                return new[] { new ContactPoint("", trimmed) };
            default:
                error = ("此字段不能从文字填写", "This field cannot be filled from text");
                return null;
        }
    }

    private static bool TryText(JsonElement json, out string text)
    {
        try
        {
            text = json.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate is valid JSON and no text.
            text = "";
            return false;
        }
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]))
            {
                if (i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    return true;
                }

                i++;
            }
            else if (char.IsLowSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static decimal? ParseNumber(string text, out Label? error)
    {
        error = null;
        if (!decimal.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number))
        {
            error = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? OutOfRange : NotNumber;
            return null;
        }

        if (Math.Abs(number) > 999_999_999_999_999m)
        {
            error = OutOfRange;
            return null;
        }

        return number;
    }

    private static bool? ParseYesNo(string text, out Label? error)
    {
        error = null;
        switch (text.ToLowerInvariant())
        {
            case "true" or "yes" or "y" or "1" or "是" or "有" or "对" or "√" or "on":
                return true;
            case "false" or "no" or "n" or "0" or "否" or "无" or "無" or "×" or "off":
                return false;
            default:
                error = ("应为是或否", "This should be yes or no");
                return null;
        }
    }

    private static string? ParseChoice(Field field, string text, out Label? error)
    {
        error = null;
        foreach (var choice in field.Choices)
        {
            if (string.Equals(choice.Value, text, StringComparison.OrdinalIgnoreCase) || choice.Label.Reads(text))
            {
                return choice.Value;
            }
        }

        var near = Nearest.To(text, field.Choices.Select(choice => choice.Value));
        error = new Label($"没有“{text}”这个选项，可选：{string.Join("、", field.Choices.Where(choice => !choice.Retired).Select(choice => choice.Label.ZhHans))}", $"“{text}” is not a choice{(near is null ? "" : $"; did you mean “{near}”?")}");
        return null;
    }

    private static string[]? ParseList(Field field, JsonElement json, out Label? error)
    {
        error = null;
        if (json.ValueKind == JsonValueKind.String && TryText(json, out var single))
        {
            return ParseListText(field, single, out error);
        }

        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > 100)
        {
            error = ("应为列表，最多 100 项", "This should be a list of at most 100");
            return null;
        }

        var items = new List<string>(json.GetArrayLength());
        foreach (var element in json.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !TryText(element, out var item) || Item(field, item, out error) is not { } value)
            {
                error ??= NotText;
                return null;
            }

            if (!items.Contains(value, StringComparer.Ordinal))
            {
                items.Add(value);
            }
        }

        return items.Count == 0 ? null : [.. items];
    }

    private static string[]? ParseListText(Field field, string text, out Label? error)
    {
        error = null;
        var items = new List<string>();
        foreach (var part in text.Split([',', '，', ';', '；', '、', '|'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Item(field, part, out error) is not { } value)
            {
                return null;
            }

            if (!items.Contains(value, StringComparer.Ordinal))
            {
                items.Add(value);
            }
        }

        return items.Count == 0 ? null : [.. items];
    }

    private static string? Item(Field field, string text, out Label? error)
    {
        error = null;
        if (field.Kind == FieldKind.Choices)
        {
            return ParseChoice(field, text, out error);
        }

        if (text.Trim() is not { Length: > 0 and <= 50 } tag || HasLoneSurrogate(tag) || tag.Contains('\0', StringComparison.Ordinal))
        {
            error = ("每个标签 1 到 50 个字", "Each tag has 1 to 50 characters");
            return null;
        }

        return tag;
    }

    private static object? ParseMoney(Field field, JsonElement json, out Label? error)
    {
        Money? money;
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("amount", out var amount))
        {
            var text = amount.ValueKind switch
            {
                JsonValueKind.String when TryText(amount, out var given) => given,
                JsonValueKind.Number => amount.GetRawText(),
                _ => "",
            };
            var currency = json.TryGetProperty("currency", out var given2) && given2.ValueKind == JsonValueKind.String ? given2.GetString() : "CNY";
            money = MoneyText.Parse(text, currency, out error);
        }
        else if (json.ValueKind is JsonValueKind.String or JsonValueKind.Number)
        {
            money = MoneyText.Parse(json.ValueKind == JsonValueKind.String ? json.GetString()! : json.GetRawText(), out error);
        }
        else
        {
            error = ("应为金额，例如 {\"amount\":\"123.45\",\"currency\":\"CNY\"}", "This should be an amount such as {\"amount\":\"123.45\",\"currency\":\"CNY\"}");
            return null;
        }

        if (field.Payable && money is { } paid && !MinorUnits.Fits(paid.Amount, paid.Currency))
        {
            error = new Label($"{paid.Currency} 最多支付到 {MinorUnits.Of(paid.Currency)} 位小数", $"{paid.Currency} is paid in {MinorUnits.Of(paid.Currency)} decimals at most");
            return null;
        }

        return money;
    }

    private static ContactPoint[]? ParseContactPoints(JsonElement json, out Label? error)
    {
        error = null;
        Label wrong = ("应为列表，每项有 label 和 value", "This should be a list of items with label and value");
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > 50)
        {
            error = wrong;
            return null;
        }

        var points = new List<ContactPoint>();
        foreach (var element in json.EnumerateArray())
        {
            var label = "";
            if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String && TryText(value, out var text)
                && (!element.TryGetProperty("label", out var given) || (given.ValueKind == JsonValueKind.String && TryText(given, out label))))
            {
                if (text.Trim().Length is > 0 and <= 200 && label.Length <= 50 && !text.Contains('\0', StringComparison.Ordinal))
                {
                    points.Add(new ContactPoint(label.Trim(), text.Trim()));
                }

                continue;
            }

            error = wrong;
            return null;
        }

        return points.Count == 0 ? null : [.. points];
    }
}
