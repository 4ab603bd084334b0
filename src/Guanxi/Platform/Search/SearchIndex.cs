using Guanxi.Database;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Search;

/// <summary>Keeps the search terms of a record beside its row: bigrams, pinyin, initials, digits, words, and who owns it.</summary>
public static class SearchIndex
{
    public static async Task InsertedAsync(DatabaseSession session, Record record, CancellationToken cancel)
    {
        if (!record.Type.HasSearch)
        {
            return;
        }

        var terms = Terms(record);
        var table = new SqlName(record.Type.Table);
        if (session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(Sql.Of($"INSERT INTO {table}_search (rowid, terms) VALUES (last_insert_rowid(), {string.Join(' ', terms)})"), cancel);
        }
        else
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET search = array_to_tsvector({terms.ToArray()}) WHERE id = {record.Id}"), cancel);
        }
    }

    public static async Task UpdatedAsync(DatabaseSession session, Record record, IReadOnlyList<FieldChange> changes, CancellationToken cancel)
    {
        if (!record.Type.HasSearch || !changes.Any(change => change.Field.Search != SearchAs.Nothing || change.Field.Column is "owner_id" or "access_owner_id"))
        {
            return;
        }

        var terms = Terms(record);
        var table = new SqlName(record.Type.Table);
        if (session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(Sql.Of($"INSERT OR REPLACE INTO {table}_search (rowid, terms) VALUES ({record.Sequence}, {string.Join(' ', terms)})"), cancel);
        }
        else
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET search = array_to_tsvector({terms.ToArray()}) WHERE id = {record.Id}"), cancel);
        }
    }

    /// <summary>Writes the terms of many new records; <paramref name="rows"/> are their row numbers. PostgreSQL takes them with the row itself.</summary>
    public static async ValueTask InsertManyAsync(DatabaseSession session, RecordType type, IReadOnlyList<long> rows, IReadOnlyList<string?> terms, CancellationToken cancel)
    {
        if (type.HasSearch && session.Dialect.IsSqlite)
        {
            await BulkInsert.RunAsync(session, type.Table + "_search", ["rowid", "terms"], (i, values) => (values[0], values[1]) = (rows[i], terms[i]), rows.Count, cancel: cancel);
        }
    }

    /// <summary>A record's terms as one text: words for SQLite's full text, a vector for PostgreSQL. Null for nouns that are not searched.</summary>
    public static string? TermsText(Record record, Dialect dialect)
    {
        if (!record.Type.HasSearch)
        {
            return null;
        }

        var terms = gathered ??= new HashSet<string>(StringComparer.Ordinal);
        terms.Clear();
        Collect(record, terms);
        return dialect.IsSqlite ? string.Join(' ', terms) : PostgresBulkInsert.Vector(terms);
    }

    [ThreadStatic]
    private static HashSet<string>? gathered;

    /// <summary>Forgets a record that is removed for good; its row number is free of it afterwards.</summary>
    public static async ValueTask RemovedAsync(DatabaseSession session, Record record, CancellationToken cancel)
    {
        if (record.Type.HasSearch && session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(new Sql().Append($"DELETE FROM {record.Type.Table}_search WHERE rowid = ").Value(record.Sequence), cancel);
        }
    }

    /// <summary>The token under which an owner's records are found, so that a common word need not be checked against everybody's.</summary>
    public static string OwnerToken(Guid owner) => "0o" + owner.ToString("N")[^12..];

    public static IReadOnlyCollection<string> Terms(Record record)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        Collect(record, terms);
        return terms;
    }

    private static void Collect(Record record, HashSet<string> terms)
    {
        foreach (var field in record.Type.Fields)
        {
            if (field.Search == SearchAs.Nothing || record[field] is not { } value)
            {
                continue;
            }

            switch (value)
            {
                case string text when field.Search == SearchAs.Phone:
                    SearchTerms.CollectPhone(text, terms);
                    break;
                case string text when field.Search == SearchAs.Email:
                    SearchTerms.CollectEmail(text, terms);
                    break;
                case string text:
                    SearchTerms.Collect(text, field.Search == SearchAs.PersonName, terms);
                    break;
                case string[] items:
                    foreach (var item in items)
                    {
                        SearchTerms.Collect(item, personName: false, terms);
                    }

                    break;
                case ContactPoint[] points:
                    foreach (var point in points)
                    {
                        if (field.Search == SearchAs.Phone)
                        {
                            SearchTerms.CollectPhone(point.Value, terms);
                        }
                        else
                        {
                            SearchTerms.Collect(point.Value, personName: false, terms);
                        }
                    }

                    break;
            }
        }

        var owner = record.Type.Access == AccessKind.Child ? (Guid?)record["accessOwner"] : record.Type.Access == AccessKind.Owned ? record.OwnerId : null;
        if (owner is { } id)
        {
            terms.Add(OwnerToken(id));
        }
    }
}
