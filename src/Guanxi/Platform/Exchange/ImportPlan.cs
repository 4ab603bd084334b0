using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>How a column's text becomes a value.</summary>
internal enum ColumnTask
{
    /// <summary>By the field's own rules.</summary>
    Value,

    /// <summary>A person, team or role by name.</summary>
    Directory,

    /// <summary>A record by id, title or external id.</summary>
    Record,

    /// <summary>The id by which the row finds its record.</summary>
    Id,
}

internal sealed record ImportColumn(int Index, string Header, Field Field, ColumnTask Task, IReadOnlyDictionary<string, string>? Meant);

/// <summary>What to do with every column, checked against the file and against what the actor may change, before the first row is read.</summary>
internal sealed class ImportPlan
{
    private ImportPlan(RecordType type, Actor actor, ImportOptions options, IReadOnlyList<ImportColumn> columns, ImportColumn? key, Guid? owner)
    {
        (Type, Actor, Options, Columns, Key, Owner) = (type, actor, options, columns, key, owner);
        Linked = [.. columns.Where(column => column.Task == ColumnTask.Record)];
        LinksToItself = Linked.Any(column => column.Field.Reference == type.Name);
        Title = columns.FirstOrDefault(column => column.Field.Name == type.TitleField);
        Mapping = columns.ToDictionary(column => column.Header, column => column.Field.Name, StringComparer.Ordinal);
    }

    public RecordType Type { get; }

    public Actor Actor { get; }

    public ImportOptions Options { get; }

    public IReadOnlyList<ImportColumn> Columns { get; }

    /// <summary>The columns that name other records.</summary>
    public IReadOnlyList<ImportColumn> Linked { get; }

    public bool LinksToItself { get; }

    public ImportColumn? Title { get; }

    public ImportColumn? Key { get; }

    public Guid? Owner { get; }

    public IReadOnlyDictionary<string, string> Mapping { get; }

    public bool Creates => Options.Mode != ImportMode.Update;

    public bool Updates => Options.Mode != ImportMode.Create;

    /// <exception cref="RefusedException">The actor may not do this, or columns and fields do not fit.</exception>
    public static ImportPlan Make(Actor actor, ImportOptions options, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string?>> sample)
    {
        var type = TypeFor(actor, options.Type);
        var rights = actor.On(type);
        if (options.Mode != ImportMode.Update && !rights.Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        if (options.Mode != ImportMode.Create && rights.Edit == Reach.None)
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }

        var errors = new FieldErrors();
        var columns = ColumnsOf(actor, type, options with { Mapping = options.Mapping ?? ImportMapping.Guess(actor, type, header, sample, options.KeepCreated) }, header, errors);
        errors.Throw();
        if (!columns.Any(column => column.Task != ColumnTask.Id))
        {
            throw new RefusedException(ImportRefusals.NothingMapped(type, header));
        }

        var key = KeyOf(actor, type, options, columns);
        RequireRequired(type, options, columns, header);
        return new ImportPlan(type, actor, options, columns, key, OwnerOf(actor, type, options));
    }

    public static RecordType TypeFor(Actor actor, string name)
    {
        if (actor.Schema.Find(name) is not { Importable: true } type)
        {
            throw new RefusedException(ImportRefusals.NotImportable(name));
        }

        return actor.On(type).Import ? type : throw new RefusedException(ImportRefusals.MayNotImport(type));
    }

    /// <summary>Whether a file may fill the field in the actor's name.</summary>
    public static bool Takes(Actor actor, RecordType type, Field field, bool keepCreated) =>
        field.Name == "id"
        || (keepCreated && field.Name is "createdAt" or "createdBy")
        || (field.Writable && field.Kind is not (FieldKind.Json or FieldKind.Address) && actor.On(type, field) == FieldRight.Edit);

    private static List<ImportColumn> ColumnsOf(Actor actor, RecordType type, ImportOptions options, IReadOnlyList<string> header, FieldErrors errors)
    {
        var columns = new List<ImportColumn>();
        foreach (var (name, fieldName) in options.Mapping!)
        {
            var index = header.ToList().IndexOf(name);
            var field = type.Find(fieldName);
            if (index < 0)
            {
                errors.Add("mapping", ImportRefusals.UnknownColumn(name, Nearest.To(name, header)));
            }
            else if (field is null || field.Internal || field.Retired || actor.On(type, field) == FieldRight.Hidden)
            {
                errors.Add("mapping", RecordRefusals.UnknownField(fieldName, Nearest.To(fieldName, type.Shown.Where(known => Takes(actor, type, known, options.KeepCreated)).Select(known => known.Name))));
            }
            else if (!Takes(actor, type, field, options.KeepCreated))
            {
                errors.Add("mapping", field.Writable ? RecordRefusals.NoRightOnField : ImportRefusals.NotFromFile(field));
            }
            else if (!field.IsList && columns.Any(column => column.Field == field))
            {
                errors.Add("mapping", ImportRefusals.MappedTwice(field));
            }
            else
            {
                columns.Add(new ImportColumn(index, name, field, TaskOf(actor, field), options.Values?.GetValueOrDefault(field.Name)));
            }
        }

        return columns;
    }

    private static ColumnTask TaskOf(Actor actor, Field field) => field.Kind switch
    {
        FieldKind.Id => ColumnTask.Id,
        FieldKind.Reference when actor.Schema[field.Reference!].Access is AccessKind.Directory or AccessKind.Administration => ColumnTask.Directory,
        FieldKind.Reference => ColumnTask.Record,
        _ => ColumnTask.Value,
    };

    private static ImportColumn? KeyOf(Actor actor, RecordType type, ImportOptions options, List<ImportColumn> columns)
    {
        var name = options.Key;
        if (name is null)
        {
            if (options.Mode == ImportMode.Create)
            {
                return null;
            }

            name = type.Keys.FirstOrDefault(candidate => columns.Any(column => column.Field.Name == candidate));
        }
        else if (!type.Keys.Contains(name, StringComparer.Ordinal))
        {
            throw new RefusedException(Refusal.Invalid("key", ImportRefusals.NoSuchKey(type.Keys)));
        }

        var key = columns.Find(column => column.Field.Name == name) ?? throw new RefusedException(Refusal.Invalid("key", ImportRefusals.KeyUnmapped));

        // Finding records by a value one may not read would tell which values there are.
        return actor.Reads(type, key.Field) ? key : throw new RefusedException(Refusal.Invalid("key", RecordRefusals.NoRightOnField));
    }

    private static void RequireRequired(RecordType type, ImportOptions options, List<ImportColumn> columns, IReadOnlyList<string> header)
    {
        if (options.Mode == ImportMode.Create && type.Find(type.TitleField) is { Required: true, Kind: FieldKind.Text } title && type.HasSearch && columns.All(column => column.Field != title))
        {
            throw new RefusedException(columns.Count == 0 ? ImportRefusals.NothingMapped(type, header) : Refusal.Invalid("mapping", ImportRefusals.RequiredUnmapped(title)));
        }
    }

    private static Guid? OwnerOf(Actor actor, RecordType type, ImportOptions options)
    {
        if (type.Find("owner") is not { Reference: "users" } || options.Owner is "none" || (string.IsNullOrWhiteSpace(options.Owner) && actor.IsSystem))
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(options.Owner))
        {
            return actor.Id;
        }

        var person = PeopleByName.Find(actor, options.Owner, out var error);
        return error is null ? person : throw new RefusedException(Refusal.Invalid("owner", error));
    }
}
