using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Guanxi.Platform.Identity;

namespace Guanxi.Sales.Leads;

/// <summary>What a form's page carries so that its answer is known to come from it: sealed, for one form, from one moment, good once. No cookie is needed.</summary>
public static class FormToken
{
    /// <summary>Bits of zero that a proof of work ends up with: some ten thousand hashes, a moment for one browser and a cost for ten thousand letters.</summary>
    public const int Difficulty = 14;

    public static readonly TimeSpan Lives = TimeSpan.FromHours(12);

    /// <summary>Nobody reads and fills a form within this time; without the proof of work, within the longer one.</summary>
    public static readonly TimeSpan Soonest = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan SoonestPlain = TimeSpan.FromSeconds(6);
    private const string Purpose = "lead-form";

    public static string Make(SecretBox box, Guid form, DateTimeOffset now) =>
        box.Seal(string.Create(CultureInfo.InvariantCulture, $"{form:N} {now.ToUnixTimeMilliseconds()} {Guid.CreateVersion7(now):N}"), Purpose);

    /// <summary>When the token was made and its own number; null when it is none of this form's.</summary>
    public static (DateTimeOffset At, string Nonce)? Read(SecretBox box, string token, Guid form)
    {
        if (token.Length is 0 or > 400 || !Convert.TryFromBase64String(token, new byte[400], out _) || box.Open(token, Purpose)?.Split(' ') is not [var id, var at, var nonce])
        {
            return null;
        }

        return id == form.ToString("N") ? (DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)), nonce) : null;
    }

    /// <summary>Whether SHA-256 of token, dot and answer begins with enough bits of zero.</summary>
    public static bool Proves(string token, string answer) =>
        answer.Length is > 0 and <= 20 && BitOperations.LeadingZeroCount(BitConverter.ToUInt32([.. SHA256.HashData(Encoding.ASCII.GetBytes(token + "." + answer)).Take(4).Reverse()])) >= Difficulty;
}
