using System.Globalization;
using System.Text;

namespace Guanxi.Platform.Records;

/// <summary>What a field holds; decides how it is stored, checked, shown, filtered and imported.</summary>
public enum FieldKind
{
    Text,
    LongText,
    Number,
    Integer,
    Money,
    Date,
    Instant,
    Time,
    YesNo,
    Choice,
    Choices,
    Tags,
    Email,
    Phone,
    Link,
    Address,
    Reference,
    Rating,
    Formula,
    Birthday,
    ContactPoints,
    Id,

    /// <summary>A JSON object that only its noun understands, such as a role's rights; neither filtered nor imported.</summary>
    Json,
}

/// <summary>How a field's text goes into the search index.</summary>
public enum SearchAs
{
    Nothing,
    Words,
    PersonName,

    /// <summary>What somebody wrote: its words and pairs of characters, without pinyin.</summary>
    Prose,
    Phone,
    Email,
}

/// <summary>How much of a text stays under a mask.</summary>
public enum MaskAs
{
    /// <summary>The first character.</summary>
    Usual,

    /// <summary>Three characters at either end: identity numbers, licences.</summary>
    Identifier,

    /// <summary>The last four: accounts and cards.</summary>
    Account,
}

/// <summary>What becomes of a record when the person it refers to is erased.</summary>
public enum WhenErased
{
    /// <summary>The reference is emptied and the record stays as it is.</summary>
    Clear,

    /// <summary>The reference is emptied and every text with it: that something happened stays, what was said does not.</summary>
    Scrub,

    /// <summary>The record goes too.</summary>
    Remove,
}

/// <summary>What becomes of a reference when the record it points to is merged into another. A reference to a noun that can be merged says so, or a test fails.</summary>
public enum WhenMerged
{
    /// <summary>It points to the record that stays.</summary>
    Move,

    /// <summary>It points to the record that stays; a record both of whose references would then be the same one goes into the recycle bin.</summary>
    MoveOrDrop,
}

/// <summary>One value of a choice.</summary>
public sealed record Choice(string Value, Label Label, string? Color = null, bool Retired = false);

/// <summary>One field of a noun, said once: everything the platform does with it follows from here.</summary>
public sealed record Field(string Name, FieldKind Kind, Label Label)
{
    public Label? Help { get; init; }

    public bool Required { get; init; }

    /// <summary>Where nothing is given for a new record, the program fills it in: a number, today, what is usual.</summary>
    public bool Filled { get; init; }

    /// <summary>Set by the program; a request that names it is refused.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>One of the fields every record has.</summary>
    public bool System { get; init; }

    public bool Custom { get; init; }

    public bool Retired { get; init; }

    /// <summary>Not shown or answered; used by rules only.</summary>
    public bool Internal { get; init; }

    /// <summary>Personal: it goes when the person is erased, and a role may see it masked.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Whether it is written down who reads the value in clear.</summary>
    public bool Audited { get; init; }

    /// <summary>What a masked reader still sees of a text.</summary>
    public MaskAs Mask { get; init; }

    /// <summary>The fields whose values this one tells: whoever may not read them may not read it.</summary>
    public IReadOnlyList<string> DerivedFrom { get; init; } = [];

    /// <summary>Moves with the calendar or with rules and says nothing in the ledger when it does.</summary>
    public bool Silent { get; init; }

    /// <summary>An amount that is paid as it stands, so it has no more decimals than its currency; a price of one piece may have more.</summary>
    public bool Payable { get; init; }

    /// <summary>The function right without which nobody reads or writes the field, whatever a role's field rights say.</summary>
    public string? NeedsFunction { get; init; }

    /// <summary>Longest text in UTF-16 units.</summary>
    public int MaxLength { get; init; } = Kind switch { FieldKind.LongText => 20_000, FieldKind.Email => 254, FieldKind.Link => 2000, FieldKind.Phone => 40, _ => 200 };

    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>The record type a reference points to.</summary>
    public string? Reference { get; init; }

    /// <summary>For a reference to a person: what becomes of this record when the person is erased.</summary>
    public WhenErased WhenErased { get; init; }

    /// <summary>For a reference to a noun that can be merged: what becomes of it.</summary>
    public WhenMerged? WhenMerged { get; init; }

    /// <summary>The field that keeps this one's value when a merge chooses another: further phones, a former name.</summary>
    public string? KeptIn { get; init; }

    public string Section { get; init; } = "basic";

    /// <summary>Column to sort by when it is not the value itself: the pinyin key of a name.</summary>
    public string? SortColumn { get; init; }

    public SearchAs Search { get; init; }

    /// <summary>How long a value stays believable before someone should confirm it.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>The expression of a formula field, in the formula language.</summary>
    public string? Formula { get; init; }

    /// <summary>A table beside the noun's own with at most one row a record, keyed by <c>record_id</c>, where another module keeps what it reckons; an amount's currency is its column <c>currency</c>.</summary>
    public string? Beside { get; init; }

    /// <summary>Place in the record's values; set when the type is put together.</summary>
    public int Ordinal { get; init; } = -1;

    public string Column { get; init; } = SnakeCase(Name) + (Kind == FieldKind.Reference ? "_id" : "");

    public bool IsComputed => Beside is not null || Kind == FieldKind.Formula;

    public bool IsText => Kind is FieldKind.Text or FieldKind.LongText or FieldKind.Email or FieldKind.Phone or FieldKind.Link or FieldKind.Birthday;

    public bool IsList => Kind is FieldKind.Choices or FieldKind.Tags or FieldKind.ContactPoints;

    public bool IsJson => IsList || Kind is FieldKind.Json or FieldKind.Address;

    public bool Sortable => !IsJson && Kind is not FieldKind.LongText && !Internal;

    public bool Filterable => Kind is not FieldKind.Json && !Internal;

    public bool Groupable => Kind is FieldKind.Text or FieldKind.Choice or FieldKind.YesNo or FieldKind.Reference or FieldKind.Date or FieldKind.Instant or FieldKind.Rating or FieldKind.Integer && !Internal;

    /// <summary>May come in from a request or a file.</summary>
    public bool Writable => !ReadOnly && !System && !IsComputed && !Internal && !Retired;

    public string KindName => JsonKindNames[(int)Kind];

    private static readonly string[] JsonKindNames = [.. Enum.GetNames<FieldKind>().Select(name => char.ToLowerInvariant(name[0]) + name[1..])];

    public static FieldKind? KindNamed(string name) => Array.IndexOf(JsonKindNames, name) is >= 0 and var at ? (FieldKind)at : null;

    public static string SnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter))
            {
                text.Append('_').Append(char.ToLower(letter, CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(letter);
            }
        }

        return text.ToString();
    }
}

/// <summary>A choice of a contact's further phones, mails and accounts: a label and the value.</summary>
public readonly record struct ContactPoint(string Label, string Value);

/// <summary>An amount in a currency (ISO 4217); kept to four decimals, shown to two.</summary>
public readonly record struct Money(decimal Amount, string Currency)
{
    /// <summary>Stored as whole ten-thousandths so that sums are exact on both databases.</summary>
    public const decimal Scale = 10_000m;

    public const decimal Largest = 900_000_000_000_000m;

    public long Stored => (long)decimal.Round(Amount * Scale, MidpointRounding.ToEven);

    public static Money FromStored(long stored, string currency) => new(stored / Scale, currency);

    public string AmountText => (Amount == decimal.Round(Amount, 2) ? decimal.Round(Amount, 2).ToString("0.00", CultureInfo.InvariantCulture) : Amount.ToString("0.####", CultureInfo.InvariantCulture));
}
