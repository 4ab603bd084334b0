namespace Guanxi.Insight.Forecasts;

/// <summary>Who won what, as the tree of the whole, the teams and the people in them; every node after the one above it.</summary>
internal sealed class SalesTree
{
    /// <summary>So many people have a series of their own; what the others won is one.</summary>
    private const int MostPeople = 20;

    public sealed record Node(string Name, bool IsTeam, int Depth, Dictionary<DateOnly, decimal> Won);

    private readonly List<Node> nodes = [];
    private readonly List<int> parents = [];
    private readonly Dictionary<Guid, int> teams = [];

    public IReadOnlyList<Node> Nodes => nodes;

    public IReadOnlyList<int> Parents => parents;

    /// <summary>The tree, the whole first; null where fewer than two people won anything.</summary>
    public static SalesTree? Of(Platform.Access.Directory directory, IReadOnlyDictionary<Guid, Dictionary<DateOnly, decimal>> byOwner)
    {
        if (byOwner.Count < 2)
        {
            return null;
        }

        var tree = new SalesTree();
        tree.Add("", true, -1);
        foreach (var (owner, won) in byOwner.OrderByDescending(item => item.Value.Values.Sum()).ThenBy(item => item.Key).Select((item, i) => (i < MostPeople ? item.Key : Guid.Empty, item.Value)))
        {
            var person = directory.Person(owner);
            tree.Put(person?.Name ?? "…", tree.Team(directory, person?.TeamId), won);
        }

        return tree;
    }

    private int Team(Platform.Access.Directory directory, Guid? team)
    {
        if (team is not { } id || directory.Team(id) is not { } node)
        {
            return 0;
        }

        if (!teams.TryGetValue(id, out var at))
        {
            // The team above stands before it.
            var above = node.ParentId == id ? 0 : Team(directory, node.ParentId);
            teams[id] = at = Add(node.Name, true, above);
        }

        return at;
    }

    private void Put(string name, int above, Dictionary<DateOnly, decimal> won)
    {
        var leaf = Enumerable.Range(0, nodes.Count).FirstOrDefault(at => !nodes[at].IsTeam && parents[at] == above && nodes[at].Name == name && name == "…", -1);
        for (var at = leaf >= 0 ? leaf : Add(name, false, above); at >= 0; at = parents[at])
        {
            foreach (var (month, sum) in won)
            {
                nodes[at].Won[month] = nodes[at].Won.GetValueOrDefault(month) + sum;
            }
        }
    }

    private int Add(string name, bool isTeam, int above)
    {
        nodes.Add(new Node(name, isTeam, above < 0 ? 0 : nodes[above].Depth + 1, []));
        parents.Add(above);
        return nodes.Count - 1;
    }
}
