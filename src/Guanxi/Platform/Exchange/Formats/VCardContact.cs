using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>What a card says of a person.</summary>
public sealed record VCardContact(string Name)
{
    public string? Company { get; init; }

    public string? Department { get; init; }

    public string? Title { get; init; }

    /// <summary>In E.164, with the kind of each.</summary>
    public IReadOnlyList<(PhoneKind Kind, string Number)> Phones { get; init; } = [];

    public IReadOnlyList<string> Emails { get; init; } = [];

    public string? Country { get; init; }

    public string? Province { get; init; }

    public string? City { get; init; }

    public string? Street { get; init; }

    public string? Postcode { get; init; }

    public string? Website { get; init; }

    public Birthday? Birthday { get; init; }

    /// <summary>M, F or O.</summary>
    public char? Gender { get; init; }

    public string? WeChat { get; init; }

    public string? QQ { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Note { get; init; }

    /// <summary>The record's id, so that a phone knows the card again.</summary>
    public Guid? Id { get; init; }
}
