using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>A field that a column may be read into.</summary>
/// <param name="Labels">What it is called in the languages of the program.</param>
/// <param name="Many">Whether several columns may go into it, such as other phones or tags.</param>
public sealed record AvailableField(string Name, IReadOnlyList<string> Labels, bool Many = false);

/// <summary>Guesses which field each column of a foreign table belongs to, by the words of its header and by what stands in it.</summary>
public static class HeaderGuessing
{
    const int Mobile = 101;
    const int SameName = 100;
    const int Synonym = 95;
    const int Part = 60;
    const int ByValues = 55;
    const int SecondChoice = 48;
    const int Contradicted = 60;
    const int Enough = 45;

    /// <summary>The name of a field for each column, null where none fits. A field is given to one column only, unless it takes many.</summary>
    /// <param name="headers">The names of the columns.</param>
    /// <param name="sampleRows">Some rows, for a look at their values.</param>
    /// <param name="fields">What may be imported; their order decides among equals.</param>
    public static IReadOnlyList<string?> Guess(IReadOnlyList<string> headers, IReadOnlyList<IReadOnlyList<string?>> sampleRows, IReadOnlyList<AvailableField> fields)
    {
        ArgumentNullException.ThrowIfNull(headers);
        ArgumentNullException.ThrowIfNull(sampleRows);
        ArgumentNullException.ThrowIfNull(fields);
        var candidates = new List<(int Column, int Field, int Score)>();
        for (int column = 0; column < headers.Count; column++)
        {
            string key = HeaderSynonyms.Key(headers[column]);
            ColumnValues values = ColumnValues.Of(sampleRows.Select(row => column < row.Count ? row[column] : null));
            for (int field = 0; field < fields.Count; field++)
            {
                int score = Score(key, values, fields[field], fields);
                if (score >= Enough)
                {
                    candidates.Add((column, field, score));
                }
            }
        }

        var mapping = new string?[headers.Count];
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int column, int field, int _) in candidates.OrderByDescending(c => c.Score).ThenBy(c => c.Field).ThenBy(c => c.Column))
        {
            if (mapping[column] is null && (fields[field].Many || !taken.Contains(fields[field].Name)))
            {
                mapping[column] = fields[field].Name;
                taken.Add(fields[field].Name);
            }
        }

        return mapping;
    }

    static int Score(string key, ColumnValues values, AvailableField field, IReadOnlyList<AvailableField> fields)
    {
        int words = WordScore(key, field, fields);
        if (words > 0)
        {
            return words - (values.Contradicts(field.Name) ? Contradicted : 0);
        }

        return values.Supports(field.Name) ? ByValues : 0;
    }

    static int WordScore(string key, AvailableField field, IReadOnlyList<AvailableField> fields)
    {
        if (key.Length == 0)
        {
            return 0;
        }

        // A person is reached on the mobile: beside a column of other phones it is the one that counts.
        if (field.Name == "phone" && HeaderSynonyms.MobileKeys.Contains(key))
        {
            return Mobile;
        }

        if (string.Equals(key, HeaderSynonyms.Key(field.Name), StringComparison.OrdinalIgnoreCase) || field.Labels.Any(label => HeaderSynonyms.Key(label) == key))
        {
            return SameName;
        }

        // 姓名 is a name, not a family name: parts of names are meant by whole words only.
        bool whole = field.Name.Contains('.', StringComparison.Ordinal);
        int best = 0;
        int place = 0;
        foreach (string word in WordsOf(field.Name, fields))
        {
            if (word == key)
            {
                // The words of a field stand in the order of how surely they mean it: of mobile and phone, mobile goes first.
                return Synonym - Math.Min(place, 30);
            }

            int needed = word.Any(char.IsAsciiLetter) ? 5 : 2;
            if (!whole && word.Length >= needed && key.Contains(word, StringComparison.Ordinal))
            {
                best = Math.Max(best, Part - Math.Min(15, key.Length - word.Length));
            }

            place++;
        }

        // A second phone or e-mail column goes where several have room.
        string? first = field.Name switch { "otherPhones" => "phone", "otherEmails" => "email", _ => null };
        return best == 0 && first is not null && HeaderSynonyms.Keys[first].Contains(key, StringComparer.Ordinal) ? SecondChoice : best;
    }

    static IEnumerable<string> WordsOf(string field, IReadOnlyList<AvailableField> fields)
    {
        string[] own = HeaderSynonyms.Keys.GetValueOrDefault(field) ?? [];
        if (field == "name" && fields.All(other => other.Name != "customer"))
        {
            return HeaderSynonyms.Keys["customer"].Concat(own);
        }

        return field == "name" && fields.Any(other => other.Name == "contact") ? own.Except(HeaderSynonyms.Keys["contact"]) : own;
    }
}
