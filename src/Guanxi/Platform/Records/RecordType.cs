using System.Collections.Frozen;

namespace Guanxi.Platform.Records;

/// <summary>Who may reach the records of a type.</summary>
public enum AccessKind
{
    /// <summary>Each record has an owner; roles, teams and grants decide.</summary>
    Owned,

    /// <summary>The record follows its parent: whoever sees the customer sees it too.</summary>
    Child,

    /// <summary>Everyone signed in may read it; a function right is needed to change it.</summary>
    Directory,

    /// <summary>Only holders of a function right may read or change it.</summary>
    Administration,
}

/// <summary>How a field that follows from other records is checked.</summary>
/// <param name="WrongWhen">The SQL condition over <c>t</c> under which a row's value is wrong.</param>
/// <param name="Alone">Whether the value follows from others alone; else it can be set too, and then the ledger says it.</param>
public sealed record DerivedRule(string Field, string WrongWhen, bool Alone = true);

/// <summary>A field that says where a record lies which nobody owns.</summary>
/// <param name="Field">The reference.</param>
/// <param name="FindAsync">Finds the place by id or name; refuses one that the actor may not put records into.</param>
public sealed record ImportTarget(string Field, Func<SaveContext, string, ValueTask<Guid>> FindAsync);

public sealed record Section(string Name, Label Label);

/// <summary>One noun, described once. List, form, history, search, import, export, rights, API and feed are drawn from this.</summary>
public sealed class RecordType
{
    public RecordType(string name, string singular, IEnumerable<Field> fields)
    {
        Name = name;
        Singular = singular;
        var all = SystemFields.Concat(fields).ToList();
        Fields = [.. all.Select((field, ordinal) => field with { Ordinal = ordinal })];
        ByName = Fields.ToFrozenDictionary(field => field.Name, StringComparer.Ordinal);
    }

    /// <summary>The name in addresses: plural, kebab-case.</summary>
    public string Name { get; }

    public string Singular { get; }

    public string Table { get; init; } = "";

    public required Label Label { get; init; }

    public required Label SingularLabel { get; init; }

    public string Icon { get; init; } = "record";

    public string TitleField { get; init; } = "name";

    public string? SubtitleField { get; init; }

    public AccessKind Access { get; init; } = AccessKind.Owned;

    /// <summary>The reference to the parent whose rights a child follows.</summary>
    public string? ParentField { get; init; }

    /// <summary>The noun whose rights a role has on this one while the role says nothing of it: for a noun that came after the role was written.</summary>
    public string? RightsLike { get; init; }

    /// <summary>The function right that a directory or administration type asks of those who change it.</summary>
    public string? ManageFunction { get; init; }

    public IReadOnlyList<Section> Sections { get; init; } = [new("basic", ("基本信息", "Basics"))];

    public required IReadOnlyList<string> ListColumns { get; init; }

    public required string DefaultSort { get; init; }

    /// <summary>The field by which the index of records that are one's own on others' customers (…_elsewhere) is sorted after the owner; null when by none.</summary>
    public string? ElsewhereSort { get; init; }

    /// <summary>A field by which an import finds the record to update, best first.</summary>
    public IReadOnlyList<string> Keys { get; init; } = ["id"];

    public bool HasSearch { get; init; } = true;

    public bool Importable { get; init; } = true;

    /// <summary>The noun that may come in one sheet with this one, a row holding one of each; it refers to this one as its parent.</summary>
    public string? ImportsWith { get; init; }

    /// <summary>Where new records of an import go that nobody owns; null when there is no such place.</summary>
    public ImportTarget? ImportTarget { get; init; }

    public bool HasTimeline { get; init; }

    /// <summary>Fields that the program keeps from other records, without a line in the ledger for each time they move.</summary>
    public IReadOnlyList<DerivedRule> Derived { get; init; } = [];

    /// <summary>Whether a record is about one human being, who has rights over it; null for nouns that never are.</summary>
    public Func<Record, bool>? IsPerson { get; init; }

    /// <summary>How records that may be the same are found, one way for each kind of them; none when the noun is not matched. Nouns that are matched can be merged.</summary>
    public IReadOnlyList<Matching.MatchProfile> Matching { get; init; } = [];

    /// <summary>The ways in which a record needs somebody's word.</summary>
    public IReadOnlyList<Approvals.ApprovalKind> Approvals { get; init; } = [];

    /// <summary>Makes an empty record of the noun's class.</summary>
    public required Func<RecordType, Record> Create { get; init; }

    public IReadOnlyList<Field> Fields { get; }

    private FrozenDictionary<string, Field> ByName { get; }

    public Field this[string name] => ByName[name];

    /// <summary>Fields that a filter knows beyond those a record has: the segments it is in.</summary>
    public IReadOnlyList<Field> FilterFields { get; init; } = [];

    public Field? Find(string name) => ByName.GetValueOrDefault(name);

    public IEnumerable<Field> Shown => Fields.Where(known => !known.Internal && !known.Retired);

    /// <summary>The column that decides who reaches a row by ownership.</summary>
    public string AccessOwnerColumn => Access == AccessKind.Child ? "access_owner_id" : "owner_id";

    /// <summary>People, teams and roles are in memory, names and all.</summary>
    public bool IsInMemory => Name is "users" or "teams" or "roles";

    public bool HasOwner => Access is AccessKind.Owned or AccessKind.Child;

    /// <summary>The same type with an administrator's own fields at the end; built-in ordinals stay.</summary>
    public RecordType With(IEnumerable<Field> custom) => Of([.. Fields.Where(field => !field.System && !field.Custom).Concat(custom)]);

    /// <summary>The same type with a section of what another module keeps beside it.</summary>
    public RecordType With(Section section, IEnumerable<Field> fields) => Of([.. Fields.Where(field => !field.System).Concat(fields)], [.. Sections, section]);

    /// <summary>The same type with each field changed; their order stays.</summary>
    public RecordType With(Func<Field, Field> change) => Of([.. Fields.Where(field => !field.System).Select(change)]);

    private RecordType Of(IReadOnlyList<Field> fields, IReadOnlyList<Section>? sections = null)
    {
        sections ??= Sections;
        return new RecordType(Name, Singular, fields)
        {
            Table = Table,
            Label = Label,
            SingularLabel = SingularLabel,
            Icon = Icon,
            TitleField = TitleField,
            SubtitleField = SubtitleField,
            Access = Access,
            ParentField = ParentField,
            RightsLike = RightsLike,
            ManageFunction = ManageFunction,
            Sections = fields.Any(field => field.Custom && field.Section == "custom") && sections.All(section => section.Name != "custom")
                ? [.. sections, new Section("custom", ("自定义", "Custom"))]
                : sections,
            ListColumns = ListColumns,
            DefaultSort = DefaultSort,
            ElsewhereSort = ElsewhereSort,
            Keys = Keys,
            HasSearch = HasSearch,
            Importable = Importable,
            ImportsWith = ImportsWith,
            ImportTarget = ImportTarget,
            HasTimeline = HasTimeline,
            Derived = Derived,
            IsPerson = IsPerson,
            Matching = Matching,
            Approvals = Approvals,
            FilterFields = FilterFields,
            Create = Create,
        };
    }

    private static readonly Field[] SystemFields =
    [
        new("id", FieldKind.Id, ("编号", "Id")) { System = true, Column = "id" },
        new("version", FieldKind.Integer, ("版本", "Version")) { System = true },
        new("createdAt", FieldKind.Instant, ("创建时间", "Created")) { System = true },
        new("createdBy", FieldKind.Reference, ("创建人", "Created by")) { System = true, Reference = "users", Column = "created_by" },
        new("updatedAt", FieldKind.Instant, ("更新时间", "Updated")) { System = true },
        new("updatedBy", FieldKind.Reference, ("更新人", "Updated by")) { System = true, Reference = "users", Column = "updated_by" },
    ];
}

/// <summary>All nouns as they are now, custom fields included. Immutable: a change makes a new one.</summary>
public sealed class Schema
{
    public Schema(long version, IEnumerable<RecordType> types)
    {
        Version = version;
        Types = [.. types];
        byName = Types.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
    }

    private readonly FrozenDictionary<string, RecordType> byName;

    public long Version { get; }

    public IReadOnlyList<RecordType> Types { get; }

    public RecordType this[string name] => byName[name];

    public RecordType? Find(string name) => byName.GetValueOrDefault(name);
}
