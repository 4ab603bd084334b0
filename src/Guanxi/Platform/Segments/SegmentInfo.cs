using Guanxi.Database;
using Guanxi.Platform.Lists;

namespace Guanxi.Platform.Segments;

/// <summary>A segment as every process keeps it in memory: what a filter needs to ask who is in it.</summary>
/// <param name="Sequence">Its row.</param>
/// <param name="Text">The conditions as they were written; null for a static one.</param>
/// <param name="Filter">The same as a tree; null for a static one, or when the text can no longer be read.</param>
/// <param name="Members">The number of the set its members stand under; a new set takes the place of the old one at once when it is whole.</param>
/// <param name="Size">How many were in it when it was loaded.</param>
/// <param name="State">ready, building or failed.</param>
public sealed record SegmentInfo(Guid Id, long Sequence, string Name, bool IsLive, string? Text, FilterNode? Filter, long Members, long Size, string State)
{
    private const long Small = 5_000;

    public bool IsSmall => Size <= Small;

    public bool IsReady => State == "ready";
}

/// <summary>All segments of the company. Immutable; a change makes a new one.</summary>
public sealed class SegmentBook(IReadOnlyList<SegmentInfo> all)
{
    public static SegmentBook None { get; } = new([]);

    public IReadOnlyList<SegmentInfo> All => all;

    /// <summary>By id, or by name for those who write filters by hand.</summary>
    public SegmentInfo? Find(string idOrName) =>
        Guid.TryParse(idOrName, out var id) ? Find(id) : all.FirstOrDefault(segment => string.Equals(segment.Name, idOrName, StringComparison.OrdinalIgnoreCase));

    public SegmentInfo? Find(Guid id) => all.FirstOrDefault(segment => segment.Id == id);

    /// <summary>The segments whose conditions ask for this one, directly or through others.</summary>
    public IEnumerable<SegmentInfo> AskingFor(Guid id) => all.Where(segment => segment.Id != id && Reaches(segment, id, 0));

    private bool Reaches(SegmentInfo from, Guid id, int depth) =>
        depth < 20 && from.Filter is { } filter && SegmentRules.Named(filter).Any(name => Find(name) is { } inner && (inner.Id == id || Reaches(inner, id, depth + 1)));

    public static async Task<SegmentBook> LoadAsync(DatabaseSession session, CancellationToken cancel = default) => new(await session.ListAsync(
        Sql.Of($"SELECT id, seq, name, kind, filter, members, size, state FROM segment WHERE deleted_at IS NULL ORDER BY seq"),
        row =>
        {
            var live = row.Text(3) == "live";
            var text = live ? row.OptionalText(4) : null;
            return new SegmentInfo(row.Id(0), row.Integer(1), row.Text(2), live, text, Read(text), row.OptionalInteger(5) ?? 0, row.OptionalInteger(6) ?? 0, row.OptionalText(7) ?? "building");
        },
        cancel));

    private static FilterNode? Read(string? text)
    {
        try
        {
            return FilterParser.Parse(text);
        }
        catch (Records.RefusedException)
        {
            return null;
        }
    }
}
