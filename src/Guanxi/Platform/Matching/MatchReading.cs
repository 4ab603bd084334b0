using System.Data.Common;
using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Matching;

/// <summary>Reads of a row only what matching needs: what is compared, the title, the owner.</summary>
internal sealed class MatchReading
{
    private readonly RecordType type;
    private readonly List<Field> fields;

    public MatchReading(RecordType type, params IEnumerable<MatchProfile> profiles)
    {
        this.type = type;
        var names = profiles.SelectMany(profile => profile.AllReads).Append(type.TitleField).Append("owner").Distinct(StringComparer.Ordinal);
        fields = [.. names.Select(type.Find).OfType<Field>().Where(field => field is { Custom: false, IsComputed: false, System: false })];
        Columns = "t.seq,t.id," + string.Join(',', fields.SelectMany(FieldStorage.Columns).Select(column => "t." + column));
    }

    /// <summary>The columns over alias <c>t</c>, in the order <see cref="Read"/> takes them.</summary>
    public string Columns { get; }

    public Record Read(DbDataReader reader, Dialect dialect)
    {
        var record = type.Create(type);
        record.Sequence = reader.GetInt64(0);
        record.Id = dialect.ReadId(reader, 1);
        var ordinal = 2;
        foreach (var field in fields)
        {
            record[field] = FieldStorage.Read(field, reader, dialect, ref ordinal);
        }

        return record;
    }
}
