namespace Guanxi.Platform.Language;

public enum DivisionLevel
{
    Province,
    City,
    District,
}

/// <summary>A division of China. Districts of municipalities, and counties directly under a province, hang on the province.</summary>
public sealed record Division(string Code, string Name, DivisionLevel Level, string? ParentCode);

/// <summary>An address cut into its division and the rest. The names are a snapshot: keep them beside the code, for codes change with the years.</summary>
/// <param name="Code">The finest division found; null when none was.</param>
/// <param name="Street">What follows the division, as written.</param>
public sealed record LocatedAddress(string? Code, string? Province, string? City, string? District, string Street);

/// <summary>Provinces, cities and districts with their six-digit codes. Old codes of old records are simply not found: their text snapshot stays valid.</summary>
public static class Divisions
{
    /// <summary>The year of the edition (National Bureau of Statistics, as of 30 June 2023).</summary>
    public const int Edition = 2023;

    static readonly Lazy<DivisionTable> Table = new(() => new DivisionTable());

    /// <summary>The division of a code of six digits; null when this edition has none.</summary>
    public static Division? Find(string? code) => code is null ? null : Table.Value.ByCode.GetValueOrDefault(code);

    /// <summary>The divisions directly below one, the provinces for null, in the order of their codes.</summary>
    public static IReadOnlyList<Division> Children(string? code) => Table.Value.ChildrenOf(code);

    /// <summary>The names from the province down: 430104 → 湖南省长沙市岳麓区. Null when the code is unknown.</summary>
    public static string? FullName(string? code)
    {
        Division? division = Find(code);
        return division is null ? null : string.Concat(Path(division).Select(step => step.Name));
    }

    /// <summary>The division and those above it, the province first.</summary>
    public static IReadOnlyList<Division> Path(Division division)
    {
        var path = new List<Division>();
        for (Division? step = division; step is not null; step = Find(step.ParentCode))
        {
            path.Insert(0, step);
        }

        return path;
    }

    /// <summary>
    /// Finds the division an address begins with, in either script, with or without the words 省, 市, 区:
    /// 湖南省长沙市岳麓区麓山路1号, 长沙岳麓区麓山路1号, 江苏昆山 …. A district whose name several cities have (鼓楼区) counts only behind its city or province.
    /// </summary>
    public static LocatedAddress Locate(string? address)
    {
        (Division? division, string street) = Table.Value.Locate((address ?? "").Trim());
        if (division is null)
        {
            return new(null, null, null, null, street);
        }

        IReadOnlyList<Division> path = Path(division);
        string? NameAt(DivisionLevel level) => path.FirstOrDefault(step => step.Level == level)?.Name;
        return new(division.Code, NameAt(DivisionLevel.Province), NameAt(DivisionLevel.City), NameAt(DivisionLevel.District), street);
    }
}
