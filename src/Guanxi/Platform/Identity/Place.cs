namespace Guanxi.Platform.Identity;

/// <summary>From where somebody signs in: network address, what the browser calls itself, and the secret of a cookie that a browser keeps after it signed in once.</summary>
public sealed record Place(string Address, string? Device = null, string? DeviceSecret = null)
{
    private const int LongestDevice = 200;

    public string Holder => Networks.Holder(Address);

    public string? DeviceHash => DeviceSecret is null ? null : SignIn.Hash(DeviceSecret);

    /// <summary>The browser's name for itself, cut, without control characters: it is shown to administrators.</summary>
    public string? ShownDevice => Device is null ? null : new string([.. Device.Where(letter => !char.IsControl(letter)).Take(LongestDevice)]);
}
