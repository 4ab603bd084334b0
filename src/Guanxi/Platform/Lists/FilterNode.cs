namespace Guanxi.Platform.Lists;

/// <summary>A filter as a tree, still in the words of whoever wrote it.</summary>
public abstract record FilterNode
{
    public sealed record And(IReadOnlyList<FilterNode> Items) : FilterNode;

    public sealed record Or(IReadOnlyList<FilterNode> Items) : FilterNode;

    public sealed record Not(FilterNode Item) : FilterNode;

    /// <summary>Path, comparison (<c>= != &lt; &lt;= &gt; &gt;= : in</c>) and what to compare with.</summary>
    public sealed record Compare(string Path, string Operator, IReadOnlyList<FilterValue> Values) : FilterNode;

    /// <summary>
    /// How many records belong to this one, as <c>activities(kind = "visit" AND at >= today-60d) = 0</c>; with a field behind the noun their sum (<c>deals.homeAmount(…) > 100000</c>),
    /// with <c>.rhythm</c> behind a date how many times the usual stretch between two of them has passed since the last (<c>deals.closedAt.rhythm(status = "won") > 2</c>).
    /// </summary>
    public sealed record Children(string Path, FilterNode? Filter, string Operator, FilterValue Value) : FilterNode;

    /// <summary>A bare word: found anywhere in the record's search terms.</summary>
    public sealed record Words(string Text) : FilterNode;
}

/// <summary>A literal; quoted ones are never read as null, me or a date word.</summary>
public readonly record struct FilterValue(string Text, bool Quoted);
