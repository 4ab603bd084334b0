using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Live;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>Tells somebody that his account was signed in to from a browser that never did before: whoever it was not can end that session at once.</summary>
internal static class NewDevice
{
    public const string Kind = "new-device";

    /// <summary>Notes the device, and tells when it is new; the first of all is no news.</summary>
    public static async Task RememberAsync(SaveContext context, Person person, Place place, CancellationToken cancel)
    {
        if (place.DeviceHash is not { } device)
        {
            return;
        }

        var (all, same) = await context.Session.FirstAsync(
            Sql.Of($"SELECT COUNT(*), COUNT(CASE WHEN device_hash = {device} THEN 1 END) FROM known_device WHERE user_id = {person.Id}"), row => (row.Integer(0), row.Integer(1)), cancel);
        await context.Session.ExecuteAsync(Sql.Of($"INSERT INTO known_device (user_id, device_hash, address, last_used_at) VALUES ({person.Id}, {device}, {place.Holder}, {context.Now}) ON CONFLICT (user_id, device_hash) DO UPDATE SET address = excluded.address, last_used_at = excluded.last_used_at"), cancel);
        if (all == 0 || same > 0)
        {
            return;
        }

        var name = NameOf(place.ShownDevice);
        await SecurityEvents.NoteAsync(context, "sign-in.new-device", person.Id, place, cancel: cancel);
        await Notifications.TellAsync(
            context, person.Id, Kind, ("你的账号在新设备上登录", "Your account was signed in to on a new device"),
            new Label($"{name}，来自 {place.Address}。如果不是你，请打开“账号与安全”让它退出，并更换密码。", $"{name}, from {place.Address}. If that was not you, open Account and security, sign it out and change your password."));
    }

    /// <summary>A browser and system by the words of its User-Agent, for a sentence.</summary>
    public static string NameOf(string? agent)
    {
        static string First(string agent, params (string Word, string Name)[] known) => known.FirstOrDefault(item => agent.Contains(item.Word, StringComparison.OrdinalIgnoreCase)).Name ?? "";
        var text = agent ?? "";
        var browser = First(text, ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"));
        var system = First(text, ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("HarmonyOS", "HarmonyOS"), ("Mac OS", "macOS"), ("Linux", "Linux"));
        return string.Join(" · ", new[] { browser, system }.Where(part => part.Length > 0)) is { Length: > 0 } both ? both : "?";
    }
}
