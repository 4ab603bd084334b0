using System.Net;
using System.Net.Sockets;
using Guanxi.Platform.Identity;
using Microsoft.Extensions.Configuration;

namespace Guanxi.Platform.Outbound;

/// <summary>
/// Where the program may call to. Everywhere in the public Internet; to addresses of this machine, of the company's own network and of a cloud's metadata service only where whoever operates it has said so:
/// Network:Outbound:Allow, host names, addresses or networks. So nobody who may write a web address into a page can look around inside with it.
/// </summary>
public sealed class OutboundRules
{
    // IANA's special-purpose registries for IPv4 and IPv6; of IPv6 only global unicast is public at all.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private readonly HashSet<string> hosts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<IPNetwork> networks = [];

    /// <param name="allowed">Host names, addresses, networks.</param>
    public OutboundRules(params IEnumerable<string> allowed)
    {
        foreach (var text in allowed.Select(text => text.Trim()).Where(text => text.Length > 0))
        {
            if (Networks.TryParse(text, out var network))
            {
                networks.Add(network);
            }
            else if (text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"Network:Outbound:Allow has “{text}”, which is no host name, address or network such as 10.0.0.0/8.");
            }
            else
            {
                hosts.Add(text.TrimEnd('.'));
            }
        }
    }

    public static OutboundRules Read(IConfiguration configuration)
    {
        var section = configuration.GetSection("Network:Outbound:Allow");
        return new OutboundRules(section.Value is { } line ? line.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries) : section.GetChildren().Select(child => child.Value ?? ""));
    }

    /// <summary>The same rules, and this host allowed too: one that stands in the operator's own settings is allowed by standing there.</summary>
    public OutboundRules And(string host)
    {
        var more = new OutboundRules(hosts.Append(host));
        more.networks.AddRange(networks);
        return more;
    }

    /// <summary>Whether a connection may be made to this address, which the host's name led to.</summary>
    public bool Admit(string host, IPAddress address)
    {
        address = Networks.Plain(address);
        return IsPublic(address) || hosts.Contains(host.TrimEnd('.')) || networks.Any(network => network.Contains(address));
    }

    public static bool IsPublic(IPAddress address)
    {
        address = Networks.Plain(address);
        return (address.AddressFamily == AddressFamily.InterNetwork || GlobalUnicast.Contains(address)) && !NotPublic.Any(network => network.Contains(address));
    }
}
