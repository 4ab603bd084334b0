using System.Net;

namespace Guanxi.Platform.Identity;

/// <summary>Addresses and networks: an IPv4 address in IPv6 clothes is the IPv4 address it is.</summary>
public static class Networks
{
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>A network as 10.0.0.0/8, 2001:db8::/32, or a single address. Host bits after the prefix are an error, as they are mostly a slip.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        text = text.Trim();
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return IPNetwork.TryParse(text, out network) && IPAddress.TryParse(text[..text.IndexOf('/', StringComparison.Ordinal)], out var given) && given.Equals(network.BaseAddress) && HostBitsAreZero(network);
        }

        if (IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || text.Count(letter => letter == '.') == 3))
        {
            address = Plain(address);
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        network = default;
        return false;
    }

    private static bool HostBitsAreZero(IPNetwork network)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        return !Enumerable.Range(network.PrefixLength, (bytes.Length * 8) - network.PrefixLength).Any(bit => (bytes[bit / 8] & (128 >> (bit % 8))) != 0);
    }

    public static bool Contain(IEnumerable<string> networks, IPAddress? address) =>
        address is not null && networks.Any(text => TryParse(text, out var network) && network.Contains(Plain(address)));

    /// <summary>What one attacker holds: an IPv4 address, or the /64 of an IPv6 address.</summary>
    public static string Holder(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed))
        {
            return address;
        }

        parsed = Plain(parsed);
        if (parsed.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return parsed.ToString();
        }

        var bytes = parsed.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}
