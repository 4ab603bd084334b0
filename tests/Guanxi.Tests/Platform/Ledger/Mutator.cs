using Guanxi.Database;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;

namespace Guanxi.Tests.Platform.Ledger;

/// <summary>One thing done behind the program's back.</summary>
/// <param name="Named">Whether a report says which entry or row it is.</param>
internal sealed record Mutation(string Kind, string What, Func<LedgerReport, bool> Named);

/// <summary>Makes random mutations of the ledger and of the rows of every noun, all columns among them.</summary>
internal sealed class Mutator(Random random, Schema schema)
{
    public static readonly string[] Kinds = ["entry.change", "entry.delete", "entry.insert", "entry.swap", "entry.cut", "head", "node", "row.change", "row.delete", "row.insert", "row.swap"];

    private static readonly string[] EntryColumns = LedgerRows.ColumnNames;

    public Task<Mutation?> MutateAsync(DatabaseSession session)
    {
        var kind = random.Next(3) == 0 ? Kinds[random.Next(7)] : random.Next(2) == 0 ? "row.change" : Kinds[random.Next(Kinds.Length)];
        return kind switch
        {
            "entry.change" => ChangeEntryAsync(session),
            "entry.delete" => DeleteEntryAsync(session),
            "entry.insert" => InsertEntryAsync(session),
            "entry.swap" => SwapEntriesAsync(session),
            "entry.cut" => CutAsync(session),
            "head" => HeadAsync(session),
            "node" => NodeAsync(session),
            "row.change" => ChangeRowAsync(session),
            "row.delete" => DeleteRowAsync(session),
            "row.insert" => InsertRowAsync(session),
            _ => SwapRowsAsync(session),
        };
    }

    private static async Task<long> LastAsync(DatabaseSession session) => await session.ScalarAsync<long>(new Sql().Append("SELECT MAX(seq) FROM ledger"));

    private static Mutation Of(string kind, string what, long from, long to) => new(kind, what, report => report.Findings.Any(finding => finding.Sequence >= from && finding.Sequence <= to));

    private async Task<Mutation?> ChangeEntryAsync(DatabaseSession session)
    {
        var sequence = random.NextInt64(1, await LastAsync(session) + 1);
        var column = EntryColumns[random.Next(1, EntryColumns.Length)];
        var (value, was) = await OtherAsync(session, "ledger", column, "seq", sequence);
        return await SetAsync(session, "ledger", column, value, "seq", sequence) ? Of("entry.change", $"entry {sequence}: {column} from {was} to {value}", sequence, sequence + 1) : null;
    }

    private async Task<Mutation?> DeleteEntryAsync(DatabaseSession session)
    {
        var sequence = random.NextInt64(1, await LastAsync(session) + 1);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM ledger WHERE seq = {sequence}"));
        return Of("entry.delete", $"entry {sequence} deleted", sequence, sequence);
    }

    private async Task<Mutation?> InsertEntryAsync(DatabaseSession session)
    {
        var last = await LastAsync(session);
        var (from, at) = (random.NextInt64(1, last + 1), random.Next(3) == 0 ? last + 1 : random.NextInt64(1, last + 1));
        var columns = new SqlName(LedgerRows.Columns[5..]);
        if (at <= last)
        {
            // Room is made: everything after moves up by one, in two steps because numbers are unique.
            await session.ExecuteAsync(Sql.Of($"UPDATE ledger SET seq = -seq - 1 WHERE seq >= {at}"));
            await session.ExecuteAsync(Sql.Of($"UPDATE ledger SET seq = -seq WHERE seq < 0"));
            await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = seq + 1"));
            from = from >= at ? from + 1 : from;
        }

        await session.ExecuteAsync(Sql.Of($"INSERT INTO ledger (seq, {columns}) SELECT {at}, {columns} FROM ledger WHERE seq = {from}"));
        return Of("entry.insert", $"entry {from} inserted again at {at}", at, at + 1);
    }

    private async Task<Mutation?> SwapEntriesAsync(DatabaseSession session)
    {
        var last = await LastAsync(session);
        var (one, other) = (random.NextInt64(1, last + 1), random.NextInt64(1, last + 1));
        if (one == other)
        {
            return null;
        }

        await session.ExecuteAsync(Sql.Of($"UPDATE ledger SET seq = CASE seq WHEN {one} THEN {-other} ELSE {-one} END WHERE seq IN ({one}, {other})"));
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger SET seq = -seq WHERE seq < 0"));
        return Of("entry.swap", $"entries {one} and {other} swapped", Math.Min(one, other), Math.Min(one, other));
    }

    /// <summary>Cuts the end off, and half the time puts head and tree in order again, which only a checkpoint tells.</summary>
    private async Task<Mutation?> CutAsync(DatabaseSession session)
    {
        var last = await LastAsync(session);
        var keep = random.NextInt64(1, last - 1);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM ledger WHERE seq > {keep}"));
        if (random.Next(2) == 0)
        {
            return Of("entry.cut", $"cut off after {keep}", keep + 1, keep + 1);
        }

        // The checkpoint was made one entry before the end: only cuts before it can be told from a ledger that never grew further.
        keep = Math.Min(keep, last - 2);
        await session.ExecuteAsync(Sql.Of($"DELETE FROM ledger WHERE seq > {keep}"));
        await session.ExecuteAsync(Sql.Of($"UPDATE ledger_head SET seq = {keep}, hash = (SELECT hash FROM ledger WHERE seq = {keep}), frontier = {(await new LedgerTree(session).FrontierAtAsync(keep)).ToBytes()}"));
        await session.ExecuteAsync(Sql.Of($"DELETE FROM ledger_checkpoint"));
        return new Mutation("entry.cut", $"put back to {keep}", report => report.Findings.Any(finding => finding.Kind == "rollback"));
    }

    private async Task<Mutation?> HeadAsync(DatabaseSession session)
    {
        var column = new[] { "seq", "hash", "frontier" }[random.Next(3)];
        var (value, _) = await OtherAsync(session, "ledger_head", column, "one", 1);
        return await SetAsync(session, "ledger_head", column, value, "one", 1) ? new Mutation("head", $"head: {column}", report => report.Findings.Any(finding => finding.Kind is "head" or "tree" or "missing" or "inserted")) : null;
    }

    private async Task<Mutation?> NodeAsync(DatabaseSession session)
    {
        var changed = await session.ExecuteAsync(random.Next(2) == 0 ? Sql.Of($"INSERT INTO ledger_node (level, position, hash) VALUES (8, {random.Next(5, 100)}, {Bytes(32)})") : Sql.Of($"UPDATE ledger_checkpoint SET root = {Bytes(32)}"));
        return changed > 0 ? new Mutation("node", "node or checkpoint", report => report.Findings.Any(finding => finding.Kind is "tree" or "checkpoint")) : null;
    }

    private RecordType Noun() => schema.Types[random.Next(schema.Types.Count)];

    private async Task<(long Row, Guid Id)?> RowOfAsync(DatabaseSession session, RecordType type)
    {
        var rows = await session.ListAsync(new Sql().Append($"SELECT seq, id FROM {type.Table} ORDER BY seq"), row => (row.Integer(0), row.Id(1)));
        return rows.Count == 0 ? null : rows[random.Next(rows.Count)];
    }

    private static string[] ColumnsOf(RecordType type) => ["deleted_at", "custom", .. type.Fields.SelectMany(FieldStorage.Columns)];

    private async Task<Mutation?> ChangeRowAsync(DatabaseSession session)
    {
        var type = Noun();
        if (await RowOfAsync(session, type) is not { } target)
        {
            return null;
        }

        var columns = ColumnsOf(type);
        var column = columns[random.Next(columns.Length)];
        var (value, was) = await OtherAsync(session, type.Table, column, "seq", target.Row);
        return await SetAsync(session, type.Table, column, value, "seq", target.Row, json: column == "custom" || type.Fields.Any(field => field.IsJson && field.Column == column))
            ? new Mutation("row.change", $"{type.Name} {target.Id}: {column} from {was} to {value}", report => report.Findings.Any(finding => finding.Type == type.Name && (finding.Record == target.Id || column == "id")))
            : null;
    }

    private async Task<Mutation?> DeleteRowAsync(DatabaseSession session)
    {
        var type = schema[new[] { "activities", "relations" }[random.Next(2)]];
        if (await RowOfAsync(session, type) is not { } target)
        {
            return null;
        }

        await session.ExecuteAsync(new Sql().Append($"DELETE FROM {type.Table} WHERE seq = ").Value(target.Row));
        return new Mutation("row.delete", $"{type.Name} {target.Id} deleted", report => report.Findings.Any(finding => finding.Record == target.Id));
    }

    private async Task<Mutation?> InsertRowAsync(DatabaseSession session)
    {
        var type = schema[new[] { "customers", "contacts", "activities", "relations", "teams" }[random.Next(5)]];
        if (await RowOfAsync(session, type) is not { } target)
        {
            return null;
        }

        var id = Guid.CreateVersion7();
        var columns = string.Join(',', ColumnsOf(type).Where(column => column != "id"));
        await session.ExecuteAsync(new Sql().Append($"INSERT INTO {type.Table} (id, {columns}) SELECT ").Value(id).Append($", {columns} FROM {type.Table} WHERE seq = ").Value(target.Row));
        return new Mutation("row.insert", $"{type.Name} {id} inserted", report => report.Findings.Any(finding => finding.Record == id));
    }

    private async Task<Mutation?> SwapRowsAsync(DatabaseSession session)
    {
        var type = schema["customers"];
        if (await RowOfAsync(session, type) is not { } one || await RowOfAsync(session, type) is not { } other || one.Id == other.Id)
        {
            return null;
        }

        var names = await session.ListAsync(Sql.Of($"SELECT name FROM customer WHERE seq IN ({one.Row}, {other.Row}) ORDER BY CASE seq WHEN {one.Row} THEN 0 ELSE 1 END"), row => row.Text(0));
        await session.ExecuteAsync(Sql.Of($"UPDATE customer SET name = {names[1]} WHERE seq = {one.Row}"));
        await session.ExecuteAsync(Sql.Of($"UPDATE customer SET name = {names[0]} WHERE seq = {other.Row}"));
        return new Mutation("row.swap", $"names of {one.Id} and {other.Id} swapped", report => report.Findings.Any(finding => finding.Record == one.Id) && report.Findings.Any(finding => finding.Record == other.Id));
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Another value than the one there, of the same kind.</summary>
    private async Task<(object? Value, object? Was)> OtherAsync(DatabaseSession session, string table, string column, string key, long row)
    {
        var was = await session.FirstAsync(new Sql().Append($"SELECT {column} FROM {table} WHERE {key} = ").Value(row), found => new[] { found.IsNull(0) ? null : found.Any(0) });
        var value = was![0];
        if (value is not null && random.Next(6) == 0)
        {
            return (null, value);
        }

        return (value switch
        {
            long number => number + (random.Next(2) == 0 ? random.Next(1, 5) : -random.Next(1, 5)),
            double number => number + 1,
            Guid => Guid.CreateVersion7(),
            byte[] bytes => Flip(bytes),
            string text when text.StartsWith('[') => text == "[]" ? "[\"x\"]" : "[]",
            string text when text.StartsWith('{') => text == "{}" ? "{\"x\":1}" : "{}",
            string text => text.Length > 0 && random.Next(2) == 0 ? text[1..] : text + "x",
            _ => column.EndsWith("_id", StringComparison.Ordinal) || column.EndsWith("_by", StringComparison.Ordinal) ? Guid.CreateVersion7() : column.EndsWith("_at", StringComparison.Ordinal) || column is "owned_since" or "employees" or "strength" or "annual_revenue" ? 1L : column is "salt" ? Bytes(16) : column is "custom" ? """{"x":1}""" : (object)"x",
        }, value);
    }

    private byte[] Flip(byte[] bytes)
    {
        var copy = bytes.ToArray();
        if (copy.Length > 0)
        {
            copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
        }

        return copy;
    }

    private static async Task<bool> SetAsync(DatabaseSession session, string table, string column, object? value, string key, long row, bool json = false) =>
        await session.ExecuteAsync(new Sql().Append($"UPDATE {table} SET {column} = ").Value(value).Append(json ? session.Dialect.JsonParameter : "").Append($" WHERE {key} = ").Value(row)) == 1;
}
