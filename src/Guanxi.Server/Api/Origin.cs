using System.Net;
using Guanxi.Platform.Identity;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>From where a request comes and over what, after the trusted proxies have said so; and the cookies that go with it.</summary>
public static class Origin
{
    private const string CallerKey = "guanxi.caller";
    private static readonly TimeSpan DeviceKept = TimeSpan.FromDays(180);

    public static IPAddress? Address(this HttpContext http) => http.Connection.RemoteIpAddress is { } address ? Networks.Plain(address) : null;

    public static Place Place(this HttpContext http) =>
        new(http.Address()?.ToString() ?? "", http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent : null, http.Request.Cookies[http.CookieName("device")]);

    public static void SetCaller(this HttpContext http, Caller caller) => http.Items[CallerKey] = caller;

    /// <summary>Whose session or token the call came with, at whatever stage.</summary>
    public static Caller? Caller(this HttpContext http) => http.Items.TryGetValue(CallerKey, out var caller) ? (Caller?)caller : null;

    /// <summary>The address people type, when the operator has set it: https there makes cookies Secure even when a proxy does not say so.</summary>
    public static Uri? PublicUrl(this HttpContext http) =>
        Uri.TryCreate(http.RequestServices.GetRequiredService<IConfiguration>()["Network:PublicUrl"], UriKind.Absolute, out var url) ? url : null;

    public static bool IsSecure(this HttpContext http) => http.Request.IsHttps || http.PublicUrl()?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Scheme and host of our own pages.</summary>
    public static string Home(this HttpContext http) => http.PublicUrl() is { } url ? url.GetLeftPart(UriPartial.Authority) : $"{http.Request.Scheme}://{http.Request.Host}";

    /// <summary>On https the name itself makes browsers keep the cookie to this host and to https (RFC 6265bis __Host-).</summary>
    public static string CookieName(this HttpContext http, string what) => (http.IsSecure() ? "__Host-guanxi-" : "guanxi-") + what;

    public static void SetCookie(this HttpContext http, string what, string value, TimeSpan lives, SameSiteMode sameSite = SameSiteMode.Strict) =>
        http.Response.Cookies.Append(http.CookieName(what), value, new CookieOptions { HttpOnly = true, SameSite = sameSite, Secure = http.IsSecure(), Path = "/", MaxAge = lives });

    public static void DropCookie(this HttpContext http, string what) =>
        http.Response.Cookies.Delete(http.CookieName(what), new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.IsSecure(), Path = "/" });

    /// <summary>The place with the browser's own secret, made now when it has none.</summary>
    public static Place RememberedPlace(this HttpContext http)
    {
        var place = http.Place();
        var secret = place.DeviceSecret is { Length: > 20 and < 100 } known ? known : SignIn.NewSecret("d_");
        http.SetCookie("device", secret, DeviceKept);
        return place with { DeviceSecret = secret };
    }

    /// <summary>
    /// A browser says from which page a write comes (Sec-Fetch-Site, else Origin); one from a foreign page is refused, signed in or not, so that nobody is signed in as somebody else unawares.
    /// Programs say neither and are let through: they carry no cookies of others.
    /// </summary>
    public static void RefuseForeignWrites(this HttpContext http)
    {
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        {
            return;
        }

        var site = http.Request.Headers["Sec-Fetch-Site"].ToString();
        var origin = http.Request.Headers.Origin.ToString();
        var own = site.Length > 0 ? site is "same-origin" or "none" : origin.Length == 0 || origin == http.Home() || origin == $"{http.Request.Scheme}://{http.Request.Host}";
        if (!own)
        {
            throw new RefusedException(new Refusal(403, "foreign-origin", ("请求来自其他网站，未执行", "The request comes from another site and was not carried out")));
        }
    }
}
