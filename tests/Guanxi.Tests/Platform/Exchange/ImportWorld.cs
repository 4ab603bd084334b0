using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

/// <summary>What the tests of import and export ask of a company.</summary>
internal static class ImportWorld
{
    public static string Write(this Company company, string text, string name = "file.csv", Encoding? encoding = null)
    {
        var path = Path.Combine(ImportFile.TemporaryFolder(company.Workspace), name);
        File.WriteAllText(path, text, encoding ?? new UTF8Encoding(false));
        return path;
    }

    public static Task<ImportResult> ImportAsync(this Company company, Actor actor, string path, ImportOptions options, string? rejects = null) =>
        new ImportFile(company.Workspace).RunAsync(actor, path, Path.GetFileName(path), options, rejects, cancel: TestContext.Current.CancellationToken);

    public static Task<ImportResult> ImportTextAsync(this Company company, Actor actor, string text, ImportOptions? options = null) =>
        company.ImportAsync(actor, company.Write(text), options ?? new ImportOptions { Type = "customers" });

    public static Task<ImportUndone> UndoAsync(this Company company, Actor actor, ImportResult result) => new UndoImport(company.Workspace).RunAsync(actor, result.Batch!.Value);

    public static async Task<long> CountAsync(this Company company, string table = "customer")
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        return await session.ScalarAsync<long>(new Sql().Append($"SELECT COUNT(*) FROM {table}"));
    }

    public static async Task<Record> OnlyAsync(this Company company, string name, string type = "customers")
    {
        await using var session = await company.Workspace.Database.ReadAsync();
        var noun = company.Workspace.Schema[type];
        var id = await session.ScalarAsync<object>(new Sql().Append($"SELECT id FROM {noun.Table} WHERE name = ").Value(name)) switch
        {
            byte[] bytes => new Guid(bytes, bigEndian: true),
            Guid guid => guid,
            _ => throw new InvalidOperationException($"There is no {name}."),
        };
        return (await RecordStore.FindAsync(session, noun, id))!;
    }

    /// <summary>Everything that a person sees of the records of a type, to compare what was with what is.</summary>
    public static async Task<string> ContentAsync(this Company company, string type = "customers")
    {
        var noun = company.Workspace.Schema[type];
        var lines = new List<string>();
        await using var session = await company.Workspace.Database.ReadAsync();
        await using var reader = await session.ReadAsync(new Sql().Append($"SELECT {RecordSql.Columns(noun, "t")} FROM {noun.Table} t ORDER BY t.id"));
        while (await reader.ReadAsync())
        {
            var record = RecordSql.Read(noun, reader, session.Dialect);
            lines.Add(string.Join('|', noun.Fields.Where(field => field.Name == "id" || (!field.System && !field.IsComputed)).Select(field => $"{field.Name}={FieldStorage.JsonText(field, record[field])}")));
        }

        return string.Join('\n', lines);
    }

    public static async Task<bool> LedgerIsWholeAsync(this Company company) => (await company.VerifyAsync()).Whole;
}
