namespace Guanxi.Platform.Language;

/// <summary>Where a token of the index comes from. A caller who may not see a record's phone must leave <see cref="Phone"/> out, and so for <see cref="Email"/>.</summary>
public enum SearchTokenKind
{
    /// <summary>One Chinese, Japanese or Korean character, or two that follow each other.</summary>
    Text,

    /// <summary>A word of another writing, or a number.</summary>
    Word,

    /// <summary>"0y" and joined syllables.</summary>
    Pinyin,

    /// <summary>"0i" and initials of syllables.</summary>
    Initials,

    /// <summary>"0p" and the end of a phone number.</summary>
    Phone,

    /// <summary>"0e" and the letters and digits of an e-mail address.</summary>
    Email,
}

/// <summary>A token to look for: exactly, or as the beginning of an indexed one.</summary>
public readonly record struct SearchToken(string Text, bool Prefix, SearchTokenKind Kind)
{
    public override string ToString() => Prefix ? Text + "*" : Text;
}

/// <summary>Tokens of which at least one must be found.</summary>
public sealed record SearchGroup(IReadOnlyList<SearchToken> Alternatives)
{
    public override string ToString() => "(" + string.Join(" OR ", Alternatives) + ")";
}

/// <summary>What a person typed, as groups that must all be met. Without groups nothing was asked.</summary>
/// <param name="Normalized">The typed text as by <see cref="Script.Normalize"/>, for ranking and rechecking.</param>
public sealed record SearchQuery(IReadOnlyList<SearchGroup> Groups, string Normalized)
{
    public bool IsEmpty => Groups.Count == 0;

    /// <summary>The query without tokens of some kinds; a group that keeps none can not be met and makes the result null.</summary>
    public SearchQuery? Without(params ReadOnlySpan<SearchTokenKind> kinds)
    {
        var groups = new List<SearchGroup>(Groups.Count);
        foreach (SearchGroup group in Groups)
        {
            var kept = new List<SearchToken>(group.Alternatives.Count);
            foreach (SearchToken token in group.Alternatives)
            {
                if (!kinds.Contains(token.Kind))
                {
                    kept.Add(token);
                }
            }

            if (kept.Count == 0)
            {
                return null;
            }

            groups.Add(new SearchGroup(kept));
        }

        return new SearchQuery(groups, Normalized);
    }

    public override string ToString() => string.Join(" AND ", Groups);
}
