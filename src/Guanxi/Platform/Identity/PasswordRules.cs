using System.Globalization;
using System.Text;
using Guanxi.Platform.Language;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>
/// What a password must be: long enough, and none that is guessed first. No rule about kinds of characters: it makes passwords worse (NIST SP 800-63B, ASVS 5 6.2).
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 10;
    public const int Longest = 200;
    private const int FewestDifferent = 5;
    private const int ShortestDigitsOnly = 16;
    private const int FewestOwn = 5;

    private static readonly string[] Runs = ["0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba", "qwertyuiop", "asdfghjkl", "zxcvbnm", "poiuytrewq", "lkjhgfdsa", "mnbvcxz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm"];

    /// <summary>Why a password cannot be used; null when it can. <paramref name="own"/> are words anybody would try for this person: user name, name, e-mail, company.</summary>
    public static Label? Wrong(string password, IEnumerable<string?> own)
    {
        var length = new StringInfo(password).LengthInTextElements;
        if (length < Shortest || password.Length > Longest)
        {
            return length < Shortest
                ? new Label($"密码至少 {Shortest} 个字符；几个不相干的词连起来最好记", $"A password has at least {Shortest} characters; a few unrelated words are easy to remember")
                : new Label($"密码最多 {Longest} 个字符", $"A password has at most {Longest} characters");
        }

        var lower = password.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        if (lower.Distinct().Count() < FewestDifferent || IsRepeated(lower) || MostlyRuns(lower) || (lower.All(char.IsAsciiDigit) && lower.Length < ShortestDigitsOnly))
        {
            return ("这样的密码很快就会被猜到：不要用连号、重复、手机号或日期", "This is guessed quickly: no sequences, repetitions, phone numbers or dates");
        }

        if (Roots(lower).Any(CommonPasswords.Contains))
        {
            return ("这个密码或它的主干在常见密码表里，攻击者会最先尝试它", "This password, or what it is built on, is on the list of common passwords that attackers try first");
        }

        return own.SelectMany(Forms).Any(word => lower.Contains(word, StringComparison.Ordinal) && lower.Length - word.Length < FewestOwn)
            ? new Label("密码不能主要由你的姓名、登录名、邮箱或公司名组成", "A password is not built on your name, user name, e-mail or company")
            : null;
    }

    /// <summary>The password itself, with the usual replacements undone, and without digits and signs at its ends.</summary>
    private static IEnumerable<string> Roots(string lower)
    {
        yield return lower;
        var plain = Plain(lower);
        yield return plain;
        foreach (var text in new[] { lower, plain, Plain(lower.TrimEnd("0123456789!@#$%^&*._-+=?~ ".ToCharArray())) })
        {
            var root = text.Trim("0123456789!@#$%^&*._-+=?~ ".ToCharArray());
            if (root.Length >= 4)
            {
                yield return root;
            }
        }
    }

    private static string Plain(string lower) => new([.. lower.Select(letter => letter switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => letter,
    })]);

    private static bool IsRepeated(string text)
    {
        for (var unit = 1; unit <= text.Length / 2; unit++)
        {
            if (text.Length % unit == 0 && text.AsSpan(unit).SequenceEqual(text.AsSpan(0, text.Length - unit)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether all but a few characters lie in sequences of the alphabet or the keyboard of at least four.</summary>
    private static bool MostlyRuns(string text)
    {
        var covered = 0;
        for (var at = 0; at < text.Length;)
        {
            var longest = 0;
            foreach (var run in Runs)
            {
                var from = run.IndexOf(text[at], StringComparison.Ordinal);
                var length = 0;
                while (from >= 0 && at + length < text.Length && from + length < run.Length && text[at + length] == run[from + length])
                {
                    length++;
                }

                longest = Math.Max(longest, length);
            }

            if (longest >= 4)
            {
                covered += longest;
                at += longest;
            }
            else
            {
                at++;
            }
        }

        return text.Length - covered < 4;
    }

    private static IEnumerable<string> Forms(string? word)
    {
        var lower = (word ?? "").Normalize(NormalizationForm.FormKC).ToLowerInvariant().Trim();
        foreach (var form in new[] { lower, lower.Split('@')[0], lower.Replace(" ", "", StringComparison.Ordinal), lower.Length > 0 ? Pinyin.SortKey(lower, personName: true).Replace(" ", "", StringComparison.Ordinal) : "" })
        {
            if (form.Length >= 4)
            {
                yield return form;
            }
        }
    }
}
