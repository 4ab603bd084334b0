namespace Guanxi.Platform.Identity;

/// <summary>What it costs to test one password: rounds of HMAC-SHA512 (PBKDF2). A hash made with fewer is renewed when its password is next seen.</summary>
/// <param name="Iterations">How many rounds; a tenth of a second of one processor at the ordinary number.</param>
public sealed record PasswordCost(int Iterations)
{
    /// <summary>What OWASP's password storage cheat sheet asks for. Nothing that can be set by an operator goes below it; tests of other things do.</summary>
    public static readonly PasswordCost Ordinary = new(210_000);
}
