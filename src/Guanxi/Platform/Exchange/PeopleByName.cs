using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

/// <summary>Finds people, teams and roles by what files call them.</summary>
internal static class PeopleByName
{
    /// <summary>A person by me, none, id, user name, e-mail or name.</summary>
    public static Guid? Find(Actor actor, string text, out Label? error)
    {
        error = null;
        text = text.Trim();
        switch (text)
        {
            case "none":
                return null;
            case "me" when actor.IsSystem:
                error = ImportRefusals.NobodyIsMe;
                return null;
            case "me":
                return actor.Id;
        }

        if (Guid.TryParse(text, out var id))
        {
            return actor.Directory.Person(id)?.Id ?? Unknown(text, out error);
        }

        var people = actor.Directory.People;
        var found = people.FirstOrDefault(person => string.Equals(person.UserName, text, StringComparison.OrdinalIgnoreCase))
            ?? people.FirstOrDefault(person => string.Equals(person.Email, text, StringComparison.OrdinalIgnoreCase));
        if (found is not null)
        {
            return found.Id;
        }

        var named = people.Where(person => string.Equals(person.Name, text, StringComparison.OrdinalIgnoreCase)).ToList();

        // A leaver's name may come back with a newcomer: who works here now is meant.
        if (named.Count > 1 && named.Count(person => person.Active) == 1)
        {
            named.RemoveAll(person => !person.Active);
        }

        switch (named.Count)
        {
            case 0:
                return Unknown(text, out error);
            case 1:
                return named[0].Id;
            default:
                error = ImportRefusals.AmbiguousPerson(text);
                return null;
        }
    }

    /// <summary>A person, team or role, as the field asks.</summary>
    public static Guid? Find(Actor actor, Field field, string text, out Label? error)
    {
        error = null;
        if (field.Reference == "users")
        {
            return Find(actor, text, out error);
        }

        IEnumerable<(Guid Id, string Name)> all = field.Reference == "teams" ? actor.Directory.Teams.Select(team => (team.Id, team.Name)) : actor.Directory.Roles.Select(role => (role.Id, role.Name));
        var isId = Guid.TryParse(text, out var id);
        foreach (var (known, name) in all)
        {
            if (isId ? known == id : string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        error = ImportRefusals.UnknownTitle(text);
        return null;
    }

    private static Guid? Unknown(string text, out Label? error)
    {
        error = ImportRefusals.UnknownPerson(text);
        return null;
    }
}
