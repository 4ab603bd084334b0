using Guanxi.Platform.Access;

namespace Guanxi.Platform.Approvals;

/// <summary>Finds the people a step needs, as the company stands now.</summary>
public static class Approvers
{
    /// <summary>Managers above somebody, nearest first: of his team, then of each above it; nobody is his own, and whoever manages two teams counts once.</summary>
    public static IReadOnlyList<Guid> ManagersAbove(Access.Directory directory, Guid person)
    {
        var found = new List<Guid>();
        foreach (var team in directory.TeamAndAbove(directory.Person(person)?.TeamId))
        {
            if (directory.Team(team)?.ManagerId is { } manager && manager != person && !found.Contains(manager) && directory.Person(manager) is { Active: true })
            {
                found.Add(manager);
            }
        }

        return found;
    }

    /// <summary>Active people the rules name, without <paramref name="submitter"/>: nobody decides what he asks for himself.</summary>
    public static IReadOnlyList<Guid> Find(Access.Directory directory, IReadOnlyList<ApproverRule> rules, Guid submitter, IReadOnlyList<Guid> chosen) =>
        [.. rules.SelectMany(rule => Find(directory, rule, submitter, chosen)).Where(person => person != submitter && directory.Person(person) is { Active: true }).Distinct()];

    /// <summary>Active administrators other than the submitter.</summary>
    public static IReadOnlyList<Guid> Administrators(Access.Directory directory, Guid submitter) =>
        [.. directory.People.Where(person => person.Active && person.Id != submitter && directory.Role(person.RoleId)?.IsAdministrator == true).Select(person => person.Id).Order()];

    private static IEnumerable<Guid> Find(Access.Directory directory, ApproverRule rule, Guid submitter, IReadOnlyList<Guid> chosen) => rule.Kind switch
    {
        ApproverKind.Person => rule.Person is { } person ? [person] : [],
        ApproverKind.Role => WithRole(directory, rule, submitter),
        ApproverKind.Manager => ManagersAbove(directory, submitter).Skip(rule.Level - 1).Take(1),
        ApproverKind.Managers => ManagersAbove(directory, submitter).Take(rule.Level),
        _ => chosen,
    };

    private static IEnumerable<Guid> WithRole(Access.Directory directory, ApproverRule rule, Guid submitter)
    {
        var people = directory.People.Where(person => person.Active && person.Id != submitter && directory.Role(person.RoleId)?.Key == rule.Role).OrderBy(person => person.Id).ToList();
        if (!rule.Near)
        {
            return people.Select(person => person.Id);
        }

        return directory.TeamAndAbove(directory.Person(submitter)?.TeamId).Select(team => people.Where(person => person.TeamId == team).Select(person => person.Id).ToList()).FirstOrDefault(found => found.Count > 0) ?? [];
    }
}
