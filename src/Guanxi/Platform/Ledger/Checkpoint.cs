using System.Globalization;
using System.Text;

namespace Guanxi.Platform.Ledger;

/// <summary>
/// A signed statement: at this time the ledger had so many entries and this root. Its text is a signed note: the ledger's name, the size, the root in base64 and the time
/// in Unix milliseconds, a line each; an empty line; and the signature's line, "— name base64(key id, signature)".
/// </summary>
public sealed record Checkpoint(string LedgerId, long Size, byte[] Root, DateTimeOffset At)
{
    private const string Prefix = "guanxi-ledger/";
    private const string TimeWord = "time ";
    private const string SignatureMark = "— ";

    /// <summary>The text that is signed; ends with a line feed.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{LedgerId}\n{Size}\n{Convert.ToBase64String(Root)}\n{TimeWord}{At.ToUnixTimeMilliseconds()}\n");

    /// <summary>The signed note.</summary>
    public string Sign(LedgerKeys keys) => $"{Text}\n{SignatureMark}{Prefix}{LedgerId} {Convert.ToBase64String(keys.Sign(Encoding.UTF8.GetBytes(Text)))}\n";

    /// <summary>What one note says, and whether a trusted key signed it.</summary>
    /// <param name="Problem">Null when the signature holds.</param>
    public sealed record Read(Checkpoint Checkpoint, string Note, string? Problem);

    /// <summary>All notes of a file, in their order.</summary>
    /// <exception cref="InvalidDataException">Something in the text is no checkpoint.</exception>
    public static IReadOnlyList<Read> ReadAll(string text, LedgerKeys keys)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var found = new List<Read>();
        for (var at = 0; at < lines.Length;)
        {
            if (lines[at].Trim().Length == 0)
            {
                at++;
                continue;
            }

            if (at + 5 >= lines.Length || Parse(lines.AsSpan(at, 4)) is not { } checkpoint || lines[at + 4].Length != 0 || !lines[at + 5].StartsWith(SignatureMark, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"Line {at + 1} does not begin a checkpoint of a Guanxi ledger.");
            }

            var note = string.Join('\n', lines[at..(at + 6)]) + "\n";
            found.Add(new Read(checkpoint, note, Check(checkpoint, lines[at + 5], keys)));
            at += 6;
        }

        return found.Count > 0 ? found : throw new InvalidDataException("There is no checkpoint in it.");
    }

    private static Checkpoint? Parse(ReadOnlySpan<string> lines)
    {
        var root = new byte[MerkleHash.Size];
        return lines[0].StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && Convert.TryFromBase64String(lines[2], root, out var length) && length == MerkleHash.Size
            && lines[3].StartsWith(TimeWord, StringComparison.Ordinal)
            && long.TryParse(lines[3].AsSpan(TimeWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var time) && time < 253_402_300_800_000
            ? new Checkpoint(lines[0][Prefix.Length..], size, root, DateTimeOffset.FromUnixTimeMilliseconds(time))
            : null;
    }

    private static string? Check(Checkpoint checkpoint, string line, LedgerKeys keys)
    {
        var parts = line[SignatureMark.Length..].Split(' ');
        var signature = new byte[256];
        if (parts.Length != 2 || parts[0] != Prefix + checkpoint.LedgerId || !Convert.TryFromBase64String(parts[1], signature, out var length))
        {
            return "its signature cannot be read";
        }

        return keys.Verify(Encoding.UTF8.GetBytes(checkpoint.Text), signature[..length]) ? null : "no trusted key signed it";
    }
}
