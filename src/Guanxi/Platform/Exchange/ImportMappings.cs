using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>How somebody matches the columns of a file that comes again and again.</summary>
/// <param name="Columns">The columns of the file it was made for.</param>
/// <param name="Shared">Whether everybody who may import this type has it.</param>
public sealed record ImportMappingSaved(Guid Id, string Type, string Name, Guid UserId, bool Shared, IReadOnlyList<string> Columns, ImportOptions Options);

/// <summary>Saved mappings: one's own, and those shared by who may look after imports.</summary>
public static class ImportMappings
{
    private const int Most = 100;
    private const string Select = "SELECT id, record_type, name, user_id, shared, columns, options FROM import_mapping";

    /// <summary>Those of a type that the actor may use, by name.</summary>
    public static async Task<IReadOnlyList<ImportMappingSaved>> ListAsync(DatabaseSession session, Actor actor, RecordType type, CancellationToken cancel = default) =>
        await session.ListAsync(new Sql().Append(Select).Append(Sql.Of($" WHERE record_type = {type.Name} AND (user_id = {actor.Id} OR shared = 1) ORDER BY name, id LIMIT {Most * 2}")), Read, cancel);

    /// <summary>Saves a mapping under a name; one's own of the same name is replaced.</summary>
    /// <exception cref="RefusedException">The name is missing, there are too many, or sharing needs a right that the actor lacks.</exception>
    public static async Task<ImportMappingSaved> SaveAsync(SaveContext context, string name, bool shared, IReadOnlyList<string> columns, ImportOptions options, CancellationToken cancel = default)
    {
        var actor = context.Actor;
        var type = ImportPlan.TypeFor(actor, options.Type);
        name = name.Trim();
        if (name.Length is 0 or > 60)
        {
            throw new RefusedException(Refusal.Invalid("name", ("名称应为 1 到 60 个字", "A name has 1 to 60 characters")));
        }

        if (shared)
        {
            actor.Demand(Functions.ManageImports);
        }

        // What was decided about single rows belongs to one file.
        var kept = options with { DryRun = false, Corrections = null, Decisions = null, TokenScope = null, Name = null, Encoding = null };
        var (columnsText, text) = (JsonSerializer.Serialize(columns, ImportRows.Json), kept.ToJson());
        if (columns.Count is 0 or > 1000 || text.Length + columnsText.Length > 200_000)
        {
            throw new RefusedException(Refusal.Invalid("mapping", ("映射为空或太大", "The mapping is empty or too large")));
        }

        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM import_mapping WHERE record_type = {type.Name} AND user_id = {actor.Id} AND name = {name}"), cancel);
        if (await context.Session.ScalarAsync<long>(Sql.Of($"SELECT COUNT(*) FROM import_mapping WHERE user_id = {actor.Id}"), cancel) >= Most)
        {
            throw new RefusedException(Refusal.Breaks("too-many-mappings", new Label($"最多保存 {Most} 个映射，请先删除一些", $"At most {Most} mappings are kept; remove some first")));
        }

        var saved = new ImportMappingSaved(Guid.CreateVersion7(context.Now), type.Name, name, actor.Id, shared, columns, kept);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO import_mapping (id, record_type, name, user_id, shared, columns, options, saved_at) VALUES ({saved.Id}, {type.Name}, {name}, {actor.Id}, {(shared ? 1L : 0L)}, {columnsText}, {text}, {context.Now})"), cancel);
        return saved;
    }

    /// <summary>Removes one's own mapping, or one that somebody shared for who may look after imports.</summary>
    public static async Task RemoveAsync(SaveContext context, Guid id, CancellationToken cancel = default)
    {
        var found = await context.Session.FirstAsync(new Sql().Append(Select).Append(" WHERE id = ").Value(id), Read, cancel);
        if (found is null || (found.UserId != context.Actor.Id && !(found.Shared && context.Actor.Has(Functions.ManageImports))))
        {
            throw new RefusedException(Refusal.NotFound);
        }

        await context.Session.ExecuteAsync(Sql.Of($"DELETE FROM import_mapping WHERE id = {id}"), cancel);
    }

    private static ImportMappingSaved Read(Row row) =>
        new(row.Id(0), row.Text(1), row.Text(2), row.Id(3), row.Integer(4) == 1, JsonSerializer.Deserialize<List<string>>(row.Text(5), ImportRows.Json)!, ImportOptions.Parse(row.Text(6)));
}
