using Guanxi.Database;
using Guanxi.Platform.Access;
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

        // The row number first: nothing may come between the row and asking for it.
        if (session.Dialect.IsSqlite && record.Sequence == 0)
        {
            record.Sequence = await session.ScalarAsync<long>(Sql.Of($"SELECT last_insert_rowid()"), cancel);
        }

        var terms = await TermsAsync(session, record, cancel);
        var table = new SqlName(record.Type.Table);
        if (session.Dialect.IsSqlite)
        {
            await session.ExecuteAsync(Sql.Of($"INSERT INTO {table}_search (rowid, terms) VALUES ({record.Sequence}, {string.Join(' ', terms)})"), cancel);
        }
        else
        {
            await session.ExecuteAsync(Sql.Of($"UPDATE {table} SET search = array_to_tsvector({terms.ToArray()}) WHERE id = {record.Id}"), cancel);
        }
    }

    public static async Task UpdatedAsync(DatabaseSession session, Record record, IReadOnlyList<FieldChange> changes, CancellationToken cancel)
    {
        if (record.Type.HasSearch && changes.Any(change => change.Field.Search != SearchAs.Nothing || record.Type.Matching.Any(profile => profile.AllReads.Contains(change.Field.Name)) || change.Field.Column is "owner_id" or "access_owner_id" || change.Field.Name == record.Type.ParentField))
        {
            await RewriteAsync(session, record, cancel);
        }
    }

    /// <summary>Writes the terms of a record and of what belongs to it anew: who may see it has changed.</summary>
    public static async ValueTask RefreshAsync(DatabaseSession session, Schema schema, RecordType root, Guid id, CancellationToken cancel = default)
    {
        foreach (var type in schema.Types)
        {
            var column = type == root ? "id" : type.ParentField is { } parent && type[parent].Reference == root.Name ? type[parent].Column : null;
            if (column is null || !type.HasSearch)
            {
                continue;
            }

            foreach (var record in await ReadAsync(session, type, new Sql().Append($"t.{column} = ").Value(id), cancel))
            {
                await RewriteAsync(session, record, cancel);
            }
        }
    }

    /// <summary>Writes the terms of every record of a noun anew, as when it begins to be searched.</summary>
    public static async Task RebuildAsync(DatabaseSession session, RecordType type, CancellationToken cancel)
    {
        for (long? last = 0; last is { } after;)
        {
            last = await RebuildPartAsync(session, type, after, cancel);
        }
    }

    /// <summary>Writes the terms of the next thousand records after a row number anew; answers the last of them, or nothing at the end.</summary>
    public static async Task<long?> RebuildPartAsync(DatabaseSession session, RecordType type, long after, CancellationToken cancel)
    {
        var records = await ReadAsync(session, type, new Sql().Append("t.seq > ").Value(after).Append(" ORDER BY t.seq LIMIT 1000"), cancel);
        foreach (var record in records)
        {
            await RewriteAsync(session, record, cancel);
        }

        return records.Count == 0 ? null : records[^1].Sequence;
    }

    /// <summary>Gives the records that are shared already the tokens of those they are shared with.</summary>
    public static async ValueTask RefreshSharedAsync(DatabaseSession session, Schema schema, CancellationToken cancel)
    {
        foreach (var (type, id) in await session.ListAsync(Sql.Of($"SELECT DISTINCT record_type, record_id FROM access_grant"), row => (row.Text(0), row.Id(1)), cancel))
        {
            await RefreshAsync(session, schema, schema[type], id, cancel);
        }
    }

    /// <summary>The records under a condition on t, in full.</summary>
    public static async ValueTask<List<Record>> ReadAsync(DatabaseSession session, RecordType type, Sql condition, CancellationToken cancel)
    {
        var records = new List<Record>();
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(type, "t")} FROM {type.Table} t WHERE ").Append(condition), cancel);
        while (await reader.ReadAsync(cancel))
        {
            records.Add(RecordSql.Read(type, reader, session.Dialect));
        }

        return records;
    }

    private static async ValueTask RewriteAsync(DatabaseSession session, Record record, CancellationToken cancel)
    {
        var terms = await TermsAsync(session, record, cancel);
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

    /// <summary>The terms of many new records with the tokens of those whom their parents are shared with.</summary>
    public static async ValueTask<IReadOnlyList<string?>> WithGranteesAsync(DatabaseSession session, RecordType type, IReadOnlyList<PreparedInsert> records, CancellationToken cancel)
    {
        List<string?> terms = [.. records.Select(item => item.Terms)];
        if (!type.HasSearch || type.Access != AccessKind.Child || records.Select(item => item.Record.Reference(type.ParentField!)).OfType<Guid>().Distinct().ToList() is not { Count: > 0 } parents)
        {
            return terms;
        }

        var root = type[type.ParentField!].Reference!;
        var grants = (await session.ListAsync(new Sql().Append("SELECT record_id, user_id, team_id FROM access_grant WHERE record_type = ").Value(root).Append(" AND record_id IN ").List(parents), row => (Record: row.Id(0), Who: row.OptionalId(1) ?? row.Id(2)), cancel))
            .ToLookup(grant => grant.Record, grant => GranteeToken(grant.Who));
        for (var i = 0; i < terms.Count && grants.Count > 0; i++)
        {
            if (records[i].Record.Reference(type.ParentField!) is { } parent && grants.Contains(parent))
            {
                terms[i] += session.Dialect.IsSqlite ? " " + string.Join(' ', grants[parent]) : PostgresBulkInsert.Vector(grants[parent]);
            }
        }

        return terms;
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

    /// <summary>The token of a person or team that a record is shared with. It only narrows: whether the share still holds is asked of the row.</summary>
    public static string GranteeToken(Guid who) => "0g" + who.ToString("N")[^12..];

    /// <summary>Tokens of which a record has one when <paramref name="door"/> lets it through; null when there are too many to ask for, or none is needed.</summary>
    public static AnyToken? Reachable(AccessDoor door, Actor actor, RecordType type)
    {
        if (!type.HasOwner || door.Everything || door.Owners.Count is 0 or > MostOwners)
        {
            return null;
        }

        var grantees = actor.Directory.TeamAndAbove(actor.Person.TeamId).Append(actor.Id).Select(GranteeToken);
        return new AnyToken([.. door.Owners.Select(OwnerToken).Concat(grantees).Select(token => (token, false))]);
    }

    private const int MostOwners = 40;

    private static async ValueTask<HashSet<string>> TermsAsync(DatabaseSession session, Record record, CancellationToken cancel)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        Collect(record, terms);
        var root = record.Type.Access == AccessKind.Child ? record.Reference(record.Type.ParentField!) : record.Type.Access == AccessKind.Owned && !record.IsNew ? record.Id : null;
        if (root is { } shared)
        {
            var type = record.Type.Access == AccessKind.Child ? record.Type[record.Type.ParentField!].Reference! : record.Type.Name;
            foreach (var who in await session.ListAsync(Sql.Of($"SELECT user_id, team_id FROM access_grant WHERE record_type = {type} AND record_id = {shared}"), row => row.OptionalId(0) ?? row.Id(1), cancel))
            {
                terms.Add(GranteeToken(who));
            }
        }

        return terms;
    }

    public static IReadOnlyCollection<string> Terms(Record record)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        Collect(record, terms);
        return terms;
    }

    /// <summary>Whether the actor reads every field whose words are in the index: then what the index finds may be told.</summary>
    public static bool ReadsAll(Actor actor, RecordType type) =>
        type.Fields.All(field => field.Search is SearchAs.Nothing or SearchAs.Phone or SearchAs.Email || actor.Reads(type, field));

    /// <summary>Whether the fields the actor reads answer the question by themselves.</summary>
    public static bool Answers(Actor actor, Record record, IReadOnlyList<AnyToken> groups)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        Collect(record, terms, field => actor.Reads(record.Type, field));
        return groups.All(group => group.Tokens.Any(token => token.Prefix ? terms.Any(term => term.StartsWith(token.Token, StringComparison.Ordinal)) : terms.Contains(token.Token)));
    }

    private static void Collect(Record record, HashSet<string> terms, Func<Field, bool>? only = null)
    {
        foreach (var field in record.Type.Fields)
        {
            if (field.Search == SearchAs.Nothing || only?.Invoke(field) == false || record[field] is not { } value)
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
                case string text when field.Search == SearchAs.Prose:
                    SearchTerms.CollectProse(text, terms);
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

        Matching.MatchTokens.Collect(record, terms);
        if (record.Type.Access == AccessKind.Child && record.Reference("accessOwner") is { } owner)
        {
            terms.Add(OwnerToken(owner));
        }

        if (record.Type.HasOwner && record.OwnerId is { } own)
        {
            terms.Add(OwnerToken(own));
        }
    }
}
