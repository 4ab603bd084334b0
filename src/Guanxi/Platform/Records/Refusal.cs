namespace Guanxi.Platform.Records;

/// <summary>Why something was not done, as a value with a sentence for the person who asked. The status is that of HTTP because every surface knows it.</summary>
public sealed record Refusal(int Status, string Kind, Label Title)
{
    public Label? Detail { get; init; }

    /// <summary>What is wrong with which field.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Label>>? Errors { get; init; }

    /// <summary>The broken rule, and for rules that a person may override the keys that do so.</summary>
    public string? Rule { get; init; }

    public IReadOnlyList<string>? Confirm { get; init; }

    /// <summary>More members of the answer, such as both versions of a record that two people changed.</summary>
    public IReadOnlyDictionary<string, object?>? More { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static Refusal NotFound { get; } = new(404, "not-found", ("没有这条记录，或你无权查看", "There is no such record, or you may not see it"));

    public static Refusal Forbidden(Label detail) => new(403, "forbidden", ("你没有这项权限", "You may not do this")) { Detail = detail };

    public static Refusal Malformed(Label detail) => new(400, "malformed", ("请求无法读取", "The request cannot be read")) { Detail = detail };

    public static Refusal Invalid(string field, Label error) => Invalid(new Dictionary<string, IReadOnlyList<Label>>(StringComparer.Ordinal) { [field] = [error] });

    public static Refusal Invalid(IReadOnlyDictionary<string, IReadOnlyList<Label>> errors) => new(422, "validation", ("有内容需要更正", "Something needs correcting"))
    {
        Errors = errors,
        Detail = errors.Values.First()[0],
    };

    public static Refusal Breaks(string rule, Label detail) => new(409, "rule", ("这样做违反一条规则", "A rule forbids this")) { Rule = rule, Detail = detail };

    public static Refusal NeedsConfirmation(string key, string field, Label detail) => new(409, "needs-confirmation", ("请确认后再保存", "Please confirm before saving"))
    {
        Rule = key,
        Confirm = [key],
        Detail = detail,
        Errors = new Dictionary<string, IReadOnlyList<Label>>(StringComparer.Ordinal) { [field] = [detail] },
    };
}

/// <summary>Carries a refusal out of the depth of the platform to the surface that asked.</summary>
public sealed class RefusedException : Exception
{
    public RefusedException(Refusal refusal)
        : base(refusal.Detail?.En ?? refusal.Title.En) => Refusal = refusal;

    public RefusedException()
        : this(Refusal.NotFound)
    {
    }

    public RefusedException(string message)
        : this(Refusal.Malformed(new Label(message, message)))
    {
    }

    public RefusedException(string message, Exception inner)
        : base(message, inner) => Refusal = Refusal.Malformed(new Label(message, message));

    public Refusal Refusal { get; }
}
