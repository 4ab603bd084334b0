using Guanxi.Science.Matching.Comparison;
using Guanxi.Science.Matching.Parsing;

namespace Guanxi.Science.Matching.Fields;

/// <summary>Telephone numbers.</summary>
internal sealed class PhoneComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.72, 1e-5), new("sameTail", 0.05, 1e-6), new("oneEdit", 0.08, 1e-5), new("different", 0.15, 0.999979),
    ];

    public override int AtomCount => 3;

    public override string Normalise(string value) => PhoneNumbers.Normalise(TextFolding.Fold(value, normalizer));

    public override int Compare(string first, string second)
    {
        var shorter = Math.Min(first.Length, second.Length);
        if (shorter >= 7 && (first.EndsWith(second, StringComparison.Ordinal) || second.EndsWith(first, StringComparison.Ordinal)))
        {
            return 1;
        }

        return shorter >= 7 && EditDistance.WithinOneEdit(first, second) ? 2 : 3;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        atoms[0] = Hash(value.Length > 8 ? value.AsSpan(value.Length - 8) : value);
        atoms[1] = Hash(value.AsSpan(0, Math.Min(7, value.Length)), 1);
        atoms[2] = Hash(value.AsSpan(Math.Max(0, value.Length - 4)), 2);
    }
}

/// <summary>E-mail addresses.</summary>
internal sealed class EmailComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.76, 1e-5), new("sameMailbox", 0.05, 1e-5), new("oneEdit", 0.06, 1e-5), new("close", 0.04, 2e-4), new("different", 0.09, 0.99977),
    ];

    public override int AtomCount => 3;

    public override string Normalise(string value)
    {
        var folded = TextFolding.Fold(value, normalizer).Replace(" ", "", StringComparison.Ordinal);
        var at = folded.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < folded.Length - 1 ? folded : "";
    }

    public override int Compare(string first, string second)
    {
        var mailbox = Mailbox(first);
        if (mailbox.Length >= 4 && mailbox.SequenceEqual(Mailbox(second)))
        {
            return 1;
        }

        if (EditDistance.WithinOneEdit(first, second))
        {
            return 2;
        }

        return JaroWinkler.Similarity(first, second) >= 0.93 ? 3 : 4;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var mailbox = Mailbox(value);
        atoms[0] = Hash(value);
        atoms[1] = Hash(mailbox, 1);
        atoms[2] = Hash(value.AsSpan(mailbox.Length), 2);
    }

    private static ReadOnlySpan<char> Mailbox(string value) => value.AsSpan(0, value.IndexOf('@', StringComparison.Ordinal));
}

/// <summary>Postal codes.</summary>
internal sealed class PostcodeComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.82, 0.003), new("oneEdit", 0.08, 0.006), new("sameArea", 0.04, 0.02), new("different", 0.06, 0.971),
    ];

    public override int AtomCount => 2;

    public override string Normalise(string value) => TextFolding.LettersAndDigits(TextFolding.Fold(value, normalizer));

    public override int Compare(string first, string second) =>
        EditDistance.WithinOneEdit(first, second) ? 1 : first.AsSpan().CommonPrefixLength(second) >= 2 ? 2 : 3;

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        atoms[0] = Hash(value);
        atoms[1] = value.Length > 3 ? Hash(value.AsSpan(0, 3), 1) : 0;
    }
}

/// <summary>Numbers and codes.</summary>
internal sealed class IdentifierComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.85, 0.0005), new("oneEdit", 0.06, 0.002), new("close", 0.02, 0.005), new("different", 0.07, 0.9925),
    ];

    public override int AtomCount => 3;

    public override string Normalise(string value) => TextFolding.LettersAndDigits(TextFolding.Fold(value, normalizer));

    public override int Compare(string first, string second)
    {
        var shorter = Math.Min(first.Length, second.Length);
        if (shorter >= 3 && EditDistance.WithinOneEdit(first, second))
        {
            return 1;
        }

        return shorter >= 6 && EditDistance.Damerau(first, second) <= 2 ? 2 : 3;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        var half = value.Length / 2;
        atoms[0] = Hash(value);
        atoms[1] = half >= 3 ? Hash(value.AsSpan(0, half), 1) : 0;
        atoms[2] = half >= 3 ? Hash(value.AsSpan(half), 2) : 0;
    }
}

/// <summary>Dates and parts of dates.</summary>
internal sealed class DateComparator(ITextNormalizer normalizer) : FieldComparator
{
    public override IReadOnlyList<AgreementLevel> Levels { get; } =
    [
        new("same", 0.78, 0.0005), new("oneEdit", 0.10, 0.002), new("twoParts", 0.04, 0.004), new("sameYear", 0.03, 0.02), new("close", 0.01, 0.01), new("different", 0.04, 0.9635),
    ];

    public override int AtomCount => 5;

    public override string Normalise(string value) => DateValues.Normalise(TextFolding.Fold(value, normalizer));

    public override int Compare(string first, string second)
    {
        if (!DateValues.IsWhole(first) || !DateValues.IsWhole(second))
        {
            // Of a part of a date one edit says something only when it has more than two digits.
            return Math.Min(first.Length, second.Length) > 2 && EditDistance.WithinOneEdit(first, second) ? 1 : 5;
        }

        ReadOnlySpan<char> a = first;
        ReadOnlySpan<char> b = second;
        var year = a[..4].SequenceEqual(b[..4]);
        var month = a[4..6].SequenceEqual(b[4..6]);
        var day = a[6..].SequenceEqual(b[6..]);
        if (EditDistance.WithinOneEdit(a, b) || (year && a[4..6].SequenceEqual(b[6..]) && a[6..].SequenceEqual(b[4..6])))
        {
            return 1;
        }

        if ((year ? 1 : 0) + (month ? 1 : 0) + (day ? 1 : 0) >= 2)
        {
            return 2;
        }

        return year ? 3 : EditDistance.Damerau(a, b) <= 2 ? 4 : 5;
    }

    public override void WriteAtoms(string value, Span<uint> atoms)
    {
        atoms[0] = Hash(value);
        if (!DateValues.IsWhole(value))
        {
            return;
        }

        var text = value.AsSpan();
        Span<char> sorted = stackalloc char[8];
        text.CopyTo(sorted);
        sorted.Sort();
        atoms[1] = Hash(text[..6], 1);
        atoms[2] = Hash(text[4..], 2);
        atoms[3] = Hash([.. text[..4], .. text[6..]], 3);
        atoms[4] = Hash(sorted, 4);
    }
}
