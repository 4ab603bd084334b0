using Guanxi.Platform.Access;

namespace Guanxi.Platform.Identity;

/// <summary>How far a sign-in has come. Only <see cref="Full"/> is somebody; with every other stage one can do nothing but the next step.</summary>
public static class Stage
{
    public const string Full = "full";

    /// <summary>The password was right; a code or passkey is still to come.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>The role needs a second factor and the person has none yet.</summary>
    public const string Enrol = "enrol";

    /// <summary>The password was set by somebody else and must be replaced.</summary>
    public const string Password = "new-password";
}

/// <summary>Whose secret came with a call: of a session at some stage, or of an API token within its scope.</summary>
public sealed record Caller(Person Person, Guid Id, string Stage, DateTimeOffset ProvedAt, TokenScope? Scope, bool IsToken, string Hash)
{
    public bool IsFull => Stage == Identity.Stage.Full;
}
