using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;

namespace Guanxi.Customers.Collisions;

/// <summary>Who decides about a request: its owner where he is asked, a manager in every case, and nobody about his own.</summary>
public static class CollisionRights
{
    /// <summary>Whether the actor decides about a request, and whether he does so as a manager who hears both sides.</summary>
    public static async Task<(bool Decides, bool Arbitrates)> OfAsync(DatabaseSession session, Actor actor, Record request, Record customer, DateTimeOffset now, CancellationToken cancel)
    {
        if (request.Reference("requester") == actor.Id)
        {
            return (false, false);
        }

        var owns = customer.OwnerId == actor.Id;
        var manages = !owns && actor.Has(Functions.AssignOwner) && await RecordStore.ExistsAsync(session, actor, customer.Type, customer.Id, Verb.Edit, now, cancel: cancel);
        return (manages || (owns && request.Text("kind") != "arbitrate"), manages);
    }

    /// <summary>Who is asked for his word: the manager of the nearest team above the owner who has the right and no part in it, else everybody who reaches all customers.</summary>
    internal static IReadOnlyList<Guid> Arbiters(Actor requester, Guid holder)
    {
        var directory = requester.Directory;
        bool May(Person person) => person is { Active: true } && person.Id != holder && person.Id != requester.Id && directory.Role(person.RoleId) is { } role && role.Has(Functions.AssignOwner);
        foreach (var team in directory.TeamAndAbove(directory.Person(holder)?.TeamId))
        {
            if (directory.Person(directory.Team(team)?.ManagerId) is { } manager && May(manager))
            {
                return [manager.Id];
            }

            var leaders = directory.Members(team, below: false).Select(id => directory.Person(id)!).Where(person => May(person) && directory.Role(person.RoleId)!.On("customers").Edit >= Reach.Team).Select(person => person.Id).ToList();
            if (leaders.Count > 0)
            {
                return leaders;
            }
        }

        return [.. directory.People.Where(person => May(person) && directory.Role(person.RoleId)!.On("customers").Edit == Reach.All).Select(person => person.Id)];
    }
}

/// <summary>Why a request is not taken or decided, and what to do.</summary>
public static class CollisionRefusals
{
    public static Refusal NoneMet { get; } = Refusal.Breaks("no-collision", ("没有找到同事名下的这位客户，可以直接录入", "No colleague has this customer; you can enter it"));

    public static Refusal Nobodys { get; } = Refusal.Breaks("nobodys", ("这位客户现在无人负责，请到公海领取", "Nobody owns this customer now: claim it from the pool"));

    public static Refusal YourOwn { get; } = Refusal.Breaks("your-own", ("这位客户就是你的", "This customer is your own"));

    public static Refusal Asked { get; } = Refusal.Breaks("asked", ("你已经提出过申请，请等待处理或先撤回", "You have asked already: wait for the answer, or withdraw it first"));

    public static Refusal Decided { get; } = Refusal.Breaks("decided", ("这个申请已经处理过了", "This request was decided already"));

    public static Refusal NotYours { get; } = Refusal.Forbidden(("只有负责人或其经理可以处理；仲裁由经理处理", "The owner decides, or his manager; arbitration is the manager's"));
}
