using System.Text.Json;

namespace Guanxi.Platform.Access;

/// <summary>How far a role reaches.</summary>
public enum Reach
{
    None,
    Own,
    Team,
    TeamAndBelow,
    All,
}

/// <summary>What somebody wants to do with a record.</summary>
public enum Verb
{
    Read,
    Edit,
    Delete,
}

public enum FieldRight
{
    Hidden,
    Masked,
    Read,
    Edit,
}

/// <summary>A role's rights on one record type. What is not granted is refused.</summary>
public sealed record TypeRights
{
    public static TypeRights Nothing { get; } = new();

    public Reach Read { get; init; }

    public Reach Edit { get; init; }

    public Reach Delete { get; init; }

    public bool Create { get; init; }

    public bool Import { get; init; }

    public bool Export { get; init; }

    public Reach For(Verb verb) => verb switch
    {
        Verb.Read => Read,
        Verb.Edit => Min(Edit, Read),
        _ => Min(Delete, Read),
    };

    private static Reach Min(Reach a, Reach b) => a < b ? a : b;

    public static TypeRights Full { get; } = new() { Read = Reach.All, Edit = Reach.All, Delete = Reach.All, Create = true, Import = true, Export = true };

    public static string NameOf(Reach reach) => reach switch
    {
        Reach.Own => "own",
        Reach.Team => "team",
        Reach.TeamAndBelow => "teamAndBelow",
        Reach.All => "all",
        _ => "none",
    };

    public static Reach? ReachNamed(string? name) => name switch
    {
        "none" => Reach.None,
        "own" => Reach.Own,
        "team" => Reach.Team,
        "teamAndBelow" => Reach.TeamAndBelow,
        "all" => Reach.All,
        _ => null,
    };

    public static TypeRights FromJson(JsonElement json)
    {
        Reach Scope(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? ReachNamed(value.GetString()) ?? Reach.None : Reach.None;
        bool Flag(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
        return new TypeRights
        {
            Read = Scope("read"),
            Edit = Scope("edit"),
            Delete = Scope("delete"),
            Create = Flag("create"),
            Import = Flag("import"),
            Export = Flag("export"),
        };
    }
}
