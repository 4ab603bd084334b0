namespace Guanxi.Science.Matching.Parsing;

/// <summary>Names of people without titles, words in one order.</summary>
public static class PersonNames
{
    private static readonly string[] ChineseTitles =
    [
        "副总经理", "总经理", "董事长", "工程师", "负责人", "同志", "先生", "女士", "小姐", "经理", "主任", "老师", "教授", "博士", "医生", "律师", "主管", "总监", "厂长", "校长", "院长", "局长", "处长", "科长", "部长", "书记", "老板", "师傅", "会计", "太太", "夫人",
    ];

    private static readonly HashSet<string> LatinTitles = new(StringComparer.Ordinal)
    {
        "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "mx", "herr", "frau", "jr", "sr", "ii", "iii", "phd", "md", "esq", "dipl", "ing", "mme", "mlle", "senor", "senora",
    };

    /// <summary>
    /// Chinese: the characters without blanks and titles (张三经理 is 张三). Other scripts: words without titles in alphabetical order,
    /// so that "Smith, John" and "Mr John Smith" agree.
    /// </summary>
    public static string Normalise(string folded)
    {
        if (TextFolding.HasHan(folded))
        {
            var letters = TextFolding.LettersAndDigits(folded);
            foreach (var title in ChineseTitles)
            {
                if (letters.Length > title.Length && letters.EndsWith(title, StringComparison.Ordinal))
                {
                    letters = letters[..^title.Length];
                    break;
                }
            }

            return letters;
        }

        var words = TextFolding.Words(folded);
        var kept = words.Where(word => !LatinTitles.Contains(word)).ToList();
        kept = kept.Count == 0 ? words : kept;
        kept.Sort(StringComparer.Ordinal);
        return string.Join(' ', kept);
    }
}
