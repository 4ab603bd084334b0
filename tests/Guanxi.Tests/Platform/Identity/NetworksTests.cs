using System.Net;
using Guanxi.Platform.Identity;

namespace Guanxi.Tests.Platform.Identity;

public sealed class NetworksTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.200.3.4", true)]
    [InlineData("10.0.0.0/8", "11.0.0.1", false)]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::5", true)]
    [InlineData("2001:db8::/32", "2001:db9::5", false)]
    [InlineData("2001:db8::1", "2001:db8::1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    [InlineData("::/0", "10.1.2.3", false)]
    public void An_address_is_in_a_network_or_not(string network, string address, bool inside) =>
        Assert.Equal(inside, Networks.Contain([network], IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0")]
    [InlineData("2001:db8::/129")]
    [InlineData("公司")]
    [InlineData("")]
    public void What_is_no_network_is_said_to_be_none(string text) => Assert.False(Networks.TryParse(text, out _));

    [Theory]
    [InlineData("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64")]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3")]
    [InlineData("10.1.2.3", "10.1.2.3")]
    public void Whoever_holds_one_address_of_an_IPv6_network_holds_them_all(string address, string holder) => Assert.Equal(holder, Networks.Holder(address));
}
