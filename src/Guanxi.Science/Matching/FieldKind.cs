namespace Guanxi.Science.Matching;

/// <summary>What a column holds; decides how its values are normalised, compared and used to find candidates.</summary>
public enum FieldKind
{
    /// <summary>Name of an organisation, with region, brand, trade, legal form and branch.</summary>
    Company,

    /// <summary>Full name of a person in any order, titles allowed.</summary>
    Person,

    /// <summary>Given name.</summary>
    Given,

    /// <summary>Family name.</summary>
    Surname,

    /// <summary>Telephone number in any notation.</summary>
    Phone,

    /// <summary>E-mail address.</summary>
    Email,

    /// <summary>Street address, whole or in part.</summary>
    Address,

    /// <summary>Town or suburb.</summary>
    City,

    /// <summary>Province, state or country.</summary>
    Region,

    /// <summary>Postal code.</summary>
    Postcode,

    /// <summary>Date, or one part of a date (year, month or day).</summary>
    Date,

    /// <summary>Number or code that belongs to one thing: tax number, account, house number.</summary>
    Identifier,

    /// <summary>Free text: product name, title, description.</summary>
    Text,
}

/// <summary>One column of the records to be matched.</summary>
/// <param name="Kind">What the column holds.</param>
/// <param name="Name">Name shown in reasons.</param>
public sealed record MatchField(FieldKind Kind, string Name);
