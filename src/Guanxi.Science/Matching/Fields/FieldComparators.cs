namespace Guanxi.Science.Matching.Fields;

/// <summary>The comparator of each kind.</summary>
internal static class FieldComparators
{
    public static FieldComparator For(FieldKind kind, ITextNormalizer normalizer) => kind switch
    {
        FieldKind.Company => new CompanyComparator(normalizer),
        FieldKind.Person => new PersonComparator(normalizer),
        FieldKind.Given or FieldKind.Surname or FieldKind.City or FieldKind.Region => new NameComparator(kind, normalizer),
        FieldKind.Phone => new PhoneComparator(normalizer),
        FieldKind.Email => new EmailComparator(normalizer),
        FieldKind.Address => new AddressComparator(normalizer),
        FieldKind.Postcode => new PostcodeComparator(normalizer),
        FieldKind.Date => new DateComparator(normalizer),
        FieldKind.Identifier => new IdentifierComparator(normalizer),
        FieldKind.Text => new TextComparator(normalizer),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No such kind of field."),
    };
}
