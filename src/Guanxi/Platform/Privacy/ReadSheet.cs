using Guanxi.Platform.Records;

namespace Guanxi.Platform.Privacy;

/// <summary>Which audited fields of which records were read in clear in the course of one call; handed to <see cref="ReadAudit"/> at its end.</summary>
public sealed class ReadSheet
{
    private readonly Dictionary<(string Type, string Field), HashSet<Guid>> read = [];

    /// <summary>True when nothing audited was read, as in nearly every call.</summary>
    public bool IsEmpty => read.Count == 0;

    internal IEnumerable<(string Type, string Field, IReadOnlyCollection<Guid> Records)> Lines => read.Select(item => (item.Key.Type, item.Key.Field, (IReadOnlyCollection<Guid>)item.Value));

    /// <summary>Empties the sheet after it was handed over.</summary>
    internal void Clear() => read.Clear();

    /// <summary>A value was read.</summary>
    public void Note(RecordType type, Field field, Guid record) => Of(type, field).Add(record);

    /// <summary>It was filtered, ordered, grouped or measured by: the answer tells values too.</summary>
    public void Ask(RecordType type, Field field)
    {
        if (field.Audited)
        {
            Of(type, field);
        }
    }

    private HashSet<Guid> Of(RecordType type, Field field)
    {
        var key = (type.Name, field.Name);
        if (!read.TryGetValue(key, out var records))
        {
            read[key] = records = [];
        }

        return records;
    }
}
