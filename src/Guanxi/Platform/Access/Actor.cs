using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>Somebody doing something: the person, what the role allows, and through which surface. Every read and write of a record is asked for in an actor's name.</summary>
public sealed class Actor
{
    public Actor(Person person, Directory directory, Schema schema, string surface, string? language = null, Guid? batch = null)
    {
        Person = person;
        Directory = directory;
        Schema = schema;
        Surface = surface;
        Batch = batch;
        Role = directory.Role(person.RoleId);
        Language = language ?? person.Language ?? "zh-Hans";
    }

    public Person Person { get; }

    public Guid Id => Person.Id;

    public Directory Directory { get; }

    public Schema Schema { get; }

    /// <summary>page, api, cli, import or system.</summary>
    public string Surface { get; }

    public string Language { get; }

    /// <summary>The import that the changes belong to.</summary>
    public Guid? Batch { get; init; }

    /// <summary>Set when the caller wants the change made once however often he asks.</summary>
    public Once? Once { get; set; }

    public Role? Role { get; }

    /// <summary>What an API token narrows the person to; null is no token.</summary>
    public TokenScope? Scope { get; init; }

    /// <summary>Until when a person at the page counts as having just proved who it is; dangerous acts ask for it.</summary>
    public DateTimeOffset? ProvedUntil { get; init; }

    /// <summary>The network address the call comes from; null on the machine itself.</summary>
    public string? From { get; init; }

    /// <summary>What was read of audited fields in the course of the call.</summary>
    public Privacy.ReadSheet Reading { get; } = new();

    public bool IsSystem => Person.Id == SystemPerson.Id;

    public TimeZoneInfo TimeZone => zone ??= TimeZoneInfo.TryFindSystemTimeZoneById(Person.TimeZone ?? "Asia/Shanghai", out var found) ? found : TimeZoneInfo.Utc;

    private TimeZoneInfo? zone;

    /// <summary>The day on the actor's calendar.</summary>
    public DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZone).DateTime);

    public bool Has(string function) => IsSystem || ((Role?.Has(function) ?? false) && (Scope?.Function(function) ?? true));

    /// <summary>Refuses whoever lacks a function right, by its name.</summary>
    public void Demand(string function)
    {
        if (!Has(function))
        {
            var label = Functions.All.First(known => known.Name == function).Label;
            throw new RefusedException(Refusal.Forbidden(new Label($"需要“{label.ZhHans}”权限", $"This needs the right: {label.En}")));
        }
    }

    /// <summary>Refuses to give, take or look after a role that can do more than one's own: otherwise whoever manages people could make himself administrator.</summary>
    public void DemandRank(Role? other)
    {
        if (!IsSystem && Role?.IsAdministrator != true && other is not null && (other.IsAdministrator || other.Functions.Any(function => Role?.Has(function) != true)))
        {
            throw new RefusedException(Refusal.Forbidden(("这个角色的权限比你自己的多，只有管理员可以处理", "That role may do more than yours; only an administrator can do this")));
        }
    }

    /// <summary>Refuses to widen what one reaches oneself by one's role, one's team or what stands under it; only an administrator, who reaches everything, may.</summary>
    public void DemandOther(bool own)
    {
        if (own && !IsSystem && Role?.IsAdministrator != true)
        {
            throw new RefusedException(Refusal.Forbidden(("不能更改自己的角色、团队或权限范围，请由管理员处理", "Your own role, team and reach are changed by an administrator")));
        }
    }

    /// <summary>The rights on a type, directory and administration types included.</summary>
    public TypeRights On(RecordType type)
    {
        if (IsSystem)
        {
            return TypeRights.Full;
        }

        var rights = type.Access switch
        {
            AccessKind.Directory => Has(type.ManageFunction!) ? TypeRights.Full : new TypeRights { Read = Reach.All },
            AccessKind.Administration => Has(type.ManageFunction!) ? TypeRights.Full : TypeRights.Nothing,
            // A noun that came after the role was written follows its parent.
            AccessKind.Child when Role is { IsAdministrator: false } role && !role.Types.ContainsKey(type.Name) => role.On(type.RightsLike is { } like && role.Types.ContainsKey(like) ? like : type[type.ParentField!].Reference!),
            AccessKind.Owned when type.RightsLike is { } like && Role is { IsAdministrator: false } role && !role.Types.ContainsKey(type.Name) => role.On(like),
            _ => Role?.On(type.Name) ?? TypeRights.Nothing,
        };
        return Scope is null ? rights : Scope.Narrow(rights, type.Name);
    }

    public FieldRight On(RecordType type, Field field)
    {
        if (field.Internal || Lacks(type, field, 0))
        {
            return FieldRight.Hidden;
        }

        var most = field.Writable ? FieldRight.Edit : FieldRight.Read;
        if (IsSystem || Role is null || Role.IsAdministrator)
        {
            return most;
        }

        if (field.System && field.Name is "id" or "version")
        {
            return FieldRight.Read;
        }

        if (!Role.FieldRights.TryGetValue(type.Name, out var fields))
        {
            return most;
        }

        // Every reference, notice and hit shows a record's title: without it there is nothing to know the record by.
        var least = field.Name == type.TitleField ? FieldRight.Read : FieldRight.Hidden;
        return Lowered(type, field, fields, most, 0) is var right && right < least ? least : right;
    }

    /// <summary>Whether the field, or one whose value it tells, is only for holders of a function right that the actor has not.</summary>
    private bool Lacks(RecordType type, Field field, int depth) =>
        (field.NeedsFunction is { } function && !Has(function)) || (depth < 6 && field.DerivedFrom.Any(name => type.Find(name) is { } source && Lacks(type, source, depth + 1)));

    /// <summary>The field's own right, and no more than those of the fields whose values it tells: a formula over a hidden field is hidden too.</summary>
    private static FieldRight Lowered(RecordType type, Field field, IReadOnlyDictionary<string, FieldRight> fields, FieldRight most, int depth)
    {
        var right = fields.TryGetValue(field.Name, out var own) && own < most ? own : most;
        foreach (var name in depth > 5 ? [] : field.DerivedFrom)
        {
            if (right > FieldRight.Hidden && type.Find(name) is { } source && Lowered(type, source, fields, FieldRight.Edit, depth + 1) is < FieldRight.Read and var lower && lower < right)
            {
                right = lower;
            }
        }

        return right;
    }

    /// <summary>The fields of a noun that the actor may be told of, as when a wrong name is answered with the nearest right one.</summary>
    public IEnumerable<Field> Knows(RecordType type) => type.Shown.Where(field => On(type, field) != FieldRight.Hidden);

    /// <summary>Reads this type's field in clear.</summary>
    public bool Reads(RecordType type, Field field) => On(type, field) >= FieldRight.Read;

    public static Person SystemPerson { get; } = new(new Guid("00000000-0000-7000-8000-000000000001"), "Guanxi", "system", null, Guid.Empty, null, true, null, null, null);

    /// <summary>The program itself: jobs and the command line on its own machine.</summary>
    public static Actor System(Directory directory, Schema schema, string surface = "system", Guid? batch = null) => new(SystemPerson, directory, schema, surface, batch: batch);
}
