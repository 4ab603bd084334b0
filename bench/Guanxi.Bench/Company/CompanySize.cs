namespace Guanxi.Bench.Company;

/// <summary>How large the synthetic company is; equal parameters make equal data, which is then kept for the next run.</summary>
public sealed record CompanySize(int Customers, int Contacts, int Activities, int Teams, int PeopleEachTeam, int SharesEachPerson, int SharesEachTeam, int Seed)
{
    public static CompanySize Whole { get; } = new(1_000_000, 1_500_000, 5_000_000, 12, 5, 60, 20, 1);

    /// <summary>The same company smaller, in proportion.</summary>
    public static CompanySize Of(int customers) => Whole with { Customers = customers, Contacts = customers / 2 * 3, Activities = customers * 5 };
}

/// <summary>A person of the synthetic company who takes part in a measurement.</summary>
public sealed record BenchPerson(Guid Id, string UserName, string Role, int Team);
