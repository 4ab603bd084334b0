using Guanxi.Database;
using Guanxi.Platform.Merging;
using Guanxi.Platform.Records;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Merging;

/// <summary>Whoever adds something that refers to a record says what becomes of it in a merge.</summary>
public sealed class MergeDeclarationTests
{
    [Fact]
    public void Every_reference_to_a_noun_that_can_be_merged_says_what_becomes_of_it()
    {
        var schema = new Schema(1, Nouns.All);
        foreach (var target in Nouns.All.Where(type => type.Matching.Count > 0))
        {
            foreach (var (type, field) in MergeMoves.References(schema, target))
            {
                Assert.True(field.WhenMerged is not null, $"{type.Name}.{field.Name} does not say what becomes of it when its {target.Singular} is merged");
            }
        }
    }

    [Theory, BothDatabases]
    public async Task Every_table_that_names_a_record_moves_or_says_why_it_stays(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        var tables = await session.ListAsync(
            new Sql().Append(db == Db.Sqlite
                ? "SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'record_id')"
                : "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'record_id'"), row => row.Text(0), TestContext.Current.CancellationToken);
        Assert.NotEmpty(tables);
        Assert.Empty(tables.Except(MergeMoves.Beside.Keys).Except(MergeMoves.Staying.Keys));
    }

    [Theory, BothDatabases]
    public async Task Every_foreign_key_to_such_a_noun_belongs_to_a_described_field(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        await using var session = await company.Workspace.Database.ReadAsync(TestContext.Current.CancellationToken);
        foreach (var target in company.Workspace.Schema.Types.Where(type => type.Matching.Count > 0))
        {
            var described = MergeMoves.References(company.Workspace.Schema, target).Select(item => $"{item.Type.Table}.{item.Field.Column}").ToHashSet(StringComparer.Ordinal);
            var keys = await session.ListAsync(
                db == Db.Sqlite
                    ? Sql.Of($"SELECT m.name || '.' || f.\"from\" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = {target.Table}")
                    : Sql.Of($"SELECT k.conrelid::regclass::text || '.' || a.attname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) WHERE k.contype = 'f' AND k.confrelid::regclass::text = {target.Table}"),
                row => row.Text(0), TestContext.Current.CancellationToken);
            Assert.NotEmpty(keys);
            Assert.DoesNotContain(keys.Except(described), key => !MergeMoves.Staying.ContainsKey(key.Split('.')[0]));
        }
    }
}
