using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>What to do with every column, checked against the file and against what the actor may change, before the first row is read.</summary>
internal sealed class ImportPlan
{
    private ImportPlan(RecordType type, Actor actor, ImportOptions options, IReadOnlyList<ImportColumn> columns, ImportColumn? key, Guid? owner)
    {
        (Type, Actor, Options, Columns, Key, Owner) = (type, actor, options, columns, key, owner);
        Linked = [.. columns.Where(column => column.Task == ColumnTask.Record)];
        LinksToItself = Linked.Any(column => column.Field.Reference == type.Name);
        Title = columns.FirstOrDefault(column => column.Field.Name == type.TitleField && column.Task == ColumnTask.Value);
        Rules = columns.Where(column => column.Rule != ColumnRule.Overwrite).DistinctBy(column => column.Field).ToDictionary(column => column.Field, column => column.Rule);
    }

    public RecordType Type { get; }

    public Actor Actor { get; }

    public ImportOptions Options { get; }

    public IReadOnlyList<ImportColumn> Columns { get; }

    /// <summary>The columns that name other records.</summary>
    public IReadOnlyList<ImportColumn> Linked { get; }

    public bool LinksToItself { get; }

    public ImportColumn? Title { get; }

    public ImportColumn? Key { get; private init; }

    public Guid? Owner { get; }

    /// <summary>Where new records go that nobody owns; found before the run.</summary>
    public Guid? Pool { get; set; }

    /// <summary>What to do with the columns of the noun that comes in the same sheet; null when none does.</summary>
    public ImportPlan? Beside { get; private init; }

    public IReadOnlyDictionary<Field, ColumnRule> Rules { get; }

    public IReadOnlyDictionary<string, string> Mapping { get; private init; } = new Dictionary<string, string>();

    public bool Creates => Options.Mode != ImportMode.Update;

    public bool Updates => Options.Mode != ImportMode.Create;

    /// <summary>The columns of both nouns.</summary>
    public IEnumerable<ImportColumn> AllColumns => Columns.Concat(Beside?.Columns ?? []);

    /// <summary>Whether a row's value may go into a record that is there.</summary>
    public bool MayChange(Field field, Record record) => Rules.GetValueOrDefault(field) switch
    {
        ColumnRule.Never => false,
        ColumnRule.IfEmpty => record[field] is null or "" or string[] { Length: 0 } or ContactPoint[] { Length: 0 },
        _ => true,
    };

    /// <exception cref="RefusedException">The actor may not do this, or columns and fields do not fit.</exception>
    public static ImportPlan Make(Actor actor, ImportOptions options, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string?>> sample)
    {
        var type = TypeFor(actor, options.Type);
        RequireRights(actor, type, options);
        var mapping = options.Mapping ?? ImportMapping.Guess(actor, type, header, sample, options.KeepCreated, options.Together);
        var errors = new FieldErrors();
        var (own, beside) = Split(actor, type, mapping);
        var columns = ImportColumns.Of(actor, type, options with { Mapping = own }, header, errors);
        var child = beside.Count == 0 ? null : MakeBeside(actor, type, options, beside, header, errors);
        errors.Throw();
        if (!columns.Any(column => column.Task != ColumnTask.Id) && child is null)
        {
            throw new RefusedException(ImportRefusals.NothingMapped(type, header));
        }

        var key = KeyOf(actor, type, options, columns, child is not null);
        RequireRequired(type, options, columns, header, child);
        return new ImportPlan(type, actor, options, columns, key, OwnerOf(actor, type, options))
        {
            Beside = child,

            // Rows of one sheet that name the same customer mean one, even when nobody said by which field they are told.
            Key = key ?? (child is null ? null : columns.Find(column => column.Field.Name == type.TitleField && column.Task == ColumnTask.Value && type.Keys.Contains(type.TitleField, StringComparer.Ordinal))),
            Mapping = header.Where(mapping.ContainsKey).ToDictionary(name => name, name => mapping[name], StringComparer.Ordinal),
        };
    }

    public static RecordType TypeFor(Actor actor, string name)
    {
        if (actor.Schema.Find(name) is not { Importable: true } type)
        {
            throw new RefusedException(ImportRefusals.NotImportable(name));
        }

        return actor.On(type).Import ? type : throw new RefusedException(ImportRefusals.MayNotImport(type));
    }

    /// <summary>The noun that may come in one sheet with this one, as far as the actor may import it.</summary>
    public static RecordType? BesideOf(Actor actor, RecordType type) => type.ImportsWith is { } name && actor.Schema.Find(name) is { Importable: true } child && actor.On(child) is { Import: true, Create: true } ? child : null;

    /// <summary>Whether a file may fill the field in the actor's name.</summary>
    public static bool Takes(Actor actor, RecordType type, Field field, bool keepCreated) =>
        field.Name == "id"
        || (keepCreated && field.Name is "createdAt" or "createdBy")
        || (field.Writable && field.Kind is not (FieldKind.Json or FieldKind.Address) && actor.On(type, field) == FieldRight.Edit);

    private static void RequireRights(Actor actor, RecordType type, ImportOptions options)
    {
        var rights = actor.On(type);
        if (options.Mode != ImportMode.Update && !rights.Create)
        {
            throw new RefusedException(RecordRefusals.MayNotCreate(type));
        }

        if (options.Mode != ImportMode.Create && rights.Edit == Reach.None)
        {
            throw new RefusedException(RecordRefusals.MayNotEdit);
        }
    }

    private static (Dictionary<string, string> Own, Dictionary<string, string> Beside) Split(Actor actor, RecordType type, IReadOnlyDictionary<string, string> mapping)
    {
        var prefix = type.ImportsWith + ".";
        var (own, beside) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var (column, path) in mapping)
        {
            if (type.ImportsWith is not null && path.StartsWith(prefix, StringComparison.Ordinal))
            {
                beside[column] = path[prefix.Length..];
            }
            else
            {
                own[column] = path;
            }
        }

        if (beside.Count > 0 && BesideOf(actor, type) is null)
        {
            throw new RefusedException(ImportRefusals.MayNotImport(actor.Schema[type.ImportsWith!]));
        }

        return (own, beside);
    }

    private static ImportPlan MakeBeside(Actor actor, RecordType root, ImportOptions options, Dictionary<string, string> mapping, IReadOnlyList<string> header, FieldErrors errors)
    {
        var type = BesideOf(actor, root)!;
        var prefix = type.Name + ".";
        var own = options with
        {
            Type = type.Name,
            Mapping = mapping,
            KeepCreated = false,
            Rules = Inner(options.Rules),
            Values = Inner(options.Values),
        };
        RequireRights(actor, type, own);
        var columns = ImportColumns.Of(actor, type, own, header, errors);
        foreach (var column in columns.Where(column => column.Task is ColumnTask.Id or ColumnTask.Record))
        {
            errors.Add("mapping", ImportRefusals.NotFromFile(column.Field));
        }

        if (options.Mode == ImportMode.Create && columns.All(column => column.Field.Name != type.TitleField))
        {
            errors.Add("mapping", ImportRefusals.RequiredUnmapped(type[type.TitleField]));
        }

        return new ImportPlan(type, actor, own, columns, null, OwnerOf(actor, type, own));

        Dictionary<string, T>? Inner<T>(IReadOnlyDictionary<string, T>? all) =>
            all?.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(item => item.Key[prefix.Length..], item => item.Value, StringComparer.Ordinal);
    }

    private static ImportColumn? KeyOf(Actor actor, RecordType type, ImportOptions options, List<ImportColumn> columns, bool together)
    {
        var name = options.Key;
        if (name is null)
        {
            if (options.Mode == ImportMode.Create)
            {
                return null;
            }

            // People of one company may give different numbers for it; its name tells it then.
            name = type.Keys.FirstOrDefault(candidate => columns.Any(column => column.Field.Name == candidate && (!together || column.Field.Kind is not (FieldKind.Phone or FieldKind.Email))));
        }
        else if (!type.Keys.Contains(name, StringComparer.Ordinal))
        {
            throw new RefusedException(Refusal.Invalid("key", ImportRefusals.NoSuchKey(type.Keys)));
        }

        var key = columns.Find(column => column.Field.Name == name && column.Task != ColumnTask.NamePart) ?? throw new RefusedException(Refusal.Invalid("key", ImportRefusals.KeyUnmapped));

        // Finding records by a value one may not read would tell which values there are.
        return actor.Reads(type, key.Field) ? key : throw new RefusedException(Refusal.Invalid("key", RecordRefusals.NoRightToReadField));
    }

    private static void RequireRequired(RecordType type, ImportOptions options, List<ImportColumn> columns, IReadOnlyList<string> header, ImportPlan? beside)
    {
        if (options.Mode == ImportMode.Create && type.Find(type.TitleField) is { Required: true, Filled: false, Kind: FieldKind.Text } title && type.HasSearch && columns.All(column => column.Field != title) && (beside is null || columns.Count > 0))
        {
            throw new RefusedException(columns.Count == 0 ? ImportRefusals.NothingMapped(type, header) : Refusal.Invalid("mapping", ImportRefusals.RequiredUnmapped(title)));
        }
    }

    private static Guid? OwnerOf(Actor actor, RecordType type, ImportOptions options)
    {
        if (type.Find("owner") is not { Reference: "users" } || options.Owner is "none" || !string.IsNullOrWhiteSpace(options.Pool) || (string.IsNullOrWhiteSpace(options.Owner) && actor.IsSystem))
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
