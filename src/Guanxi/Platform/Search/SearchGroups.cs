using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Search;

/// <summary>What somebody typed, as the tokens the index is asked for.</summary>
public static class SearchGroups
{
    /// <summary>Empty when nothing can be found by it: no words, or digits alone when phones may not be read.</summary>
    public static IReadOnlyList<AnyToken> For(string text, bool phones, bool emails = true)
    {
        var query = SearchTerms.Parse(text.Length > 200 ? text[..200] : text);
        if (!phones)
        {
            query = query.Without(SearchTokenKind.Phone);
        }

        if (!emails)
        {
            query = query?.Without(SearchTokenKind.Email);
        }

        return query is null ? [] : Convert(query);
    }

    /// <summary>What is found by an audited field tells that field's value: noted as asked for, where the words could stand in it.</summary>
    public static void NoteAsked(Actor actor, RecordType type, string text)
    {
        var audited = type.Fields.Where(field => field.Audited && field.Search != SearchAs.Nothing && actor.Reads(type, field)).ToList();
        if (audited.Count == 0)
        {
            return;
        }

        var kinds = SearchTerms.Parse(text.Length > 200 ? text[..200] : text).Groups.SelectMany(group => group.Alternatives).Select(token => token.Kind).ToHashSet();
        foreach (var field in audited.Where(field => field.Search switch { SearchAs.Phone => kinds.Contains(SearchTokenKind.Phone), SearchAs.Email => kinds.Contains(SearchTokenKind.Email), _ => true }))
        {
            actor.Reading.Ask(type, field);
        }
    }

    /// <summary>Only the pairs of Chinese characters, to narrow a "contains" before it is checked exactly.</summary>
    public static IReadOnlyList<AnyToken> BigramsOf(string text)
    {
        var tokens = new List<AnyToken>();
        foreach (var group in SearchTerms.Parse(text.Length > 200 ? text[..200] : text).Groups)
        {
            if (group.Alternatives.All(token => token is { Kind: SearchTokenKind.Text, Prefix: false, Text.Length: 2 }))
            {
                tokens.Add(new AnyToken([.. group.Alternatives.Select(token => (token.Text, false))]));
            }
        }

        return tokens;
    }

    private static List<AnyToken> Convert(SearchQuery query) =>
        [.. query.Groups.Select(group => new AnyToken([.. group.Alternatives.Select(token => (token.Text, token.Prefix))]))];
}
