namespace Guanxi.Platform.Language;

/// <summary>Names of Chinese people.</summary>
public static class ChineseName
{
    /// <summary>Family and given name: 欧阳修 → (欧阳, 修). A name of another writing, or of one character, is given as a whole.</summary>
    public static (string Family, string Given) Split(string? name)
    {
        string trimmed = (name ?? "").Trim();
        if (trimmed.Length is < 2 or > 6 || !trimmed.All(CharacterKinds.IsHan))
        {
            return ("", trimmed);
        }

        Span<char> folded = stackalloc char[trimmed.Length];
        trimmed.CopyTo(folded);
        ScriptTable.Simplified.FoldCharacters(folded);
        for (int length = Math.Min(PinyinTable.Instance.Surnames.LongestAt(folded[0]), trimmed.Length - 1); length > 1; length--)
        {
            if (!PinyinTable.Instance.Surnames.Find(folded[..length]).IsEmpty)
            {
                return (trimmed[..length], trimmed[length..]);
            }
        }

        return (trimmed[..1], trimmed[1..]);
    }
}
