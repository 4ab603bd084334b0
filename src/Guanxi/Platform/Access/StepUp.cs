using Guanxi.Platform.Records;

namespace Guanxi.Platform.Access;

/// <summary>
/// Dangerous acts ask a person at the page to have proved a moment ago who it is: an open screen or a stolen cookie is not enough.
/// A program with a token passes when its scope covers the act; the machine's own command line always does.
/// </summary>
public static class StepUp
{
    public const string Kind = "step-up-needed";

    public static void Demand(Actor actor, DateTimeOffset now)
    {
        if (actor.Surface == "page" && !actor.IsSystem && (actor.ProvedUntil is not { } until || until < now))
        {
            throw new RefusedException(new Refusal(403, Kind, ("请再确认一次是你本人", "Confirm once more that it is you")) { Detail = ("这项操作影响很大：请用密码、验证码或通行密钥确认后再试", "This matters a lot: confirm with your password, a code or a passkey and try again") });
        }
    }
}
