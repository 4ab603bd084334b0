namespace Guanxi.Platform.Language;

/// <summary>The divisions by code, by parent and by the names they are called.</summary>
sealed class DivisionTable
{
    // Names of peoples in the names of autonomous divisions are dropped from the short form: 湘西土家族苗族自治州 → 湘西.
    static readonly string[] Peoples =
    [
        "土家族", "苗族", "藏族", "彝族", "回族", "壮族", "维吾尔", "蒙古族", "蒙古", "朝鲜族", "布依族", "侗族", "瑶族", "白族", "傣族", "景颇族", "傈僳族", "哈尼族", "羌族", "柯尔克孜", "哈萨克", "满族",
        "黎族", "畲族", "仡佬族", "水族", "纳西族", "拉祜族", "佤族", "布朗族", "毛南族", "仫佬族", "锡伯族", "普米族", "独龙族", "怒族", "达斡尔族", "鄂温克族", "鄂伦春", "土族", "撒拉族", "保安族", "东乡族", "裕固族", "各族",
    ];

    static readonly string[] Suffixes = ["特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "省", "市", "区", "县", "盟", "旗"];

    readonly ILookup<string, Division> byParent;
    readonly Dictionary<string, List<(Division Division, bool Short)>> byName = new(StringComparer.Ordinal);
    readonly int longestName;

    public DivisionTable()
    {
        using LanguageTables tables = LanguageTables.Open("divisions.bin.br");
        string[][] rows = Array.ConvertAll(tables.Lines(), line => line.Split(' '));
        var codes = rows.Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        foreach (string[] row in rows)
        {
            (DivisionLevel level, string? parent) = Place(row[0], codes);
            var division = new Division(row[0], row[1], level, parent);
            ByCode.Add(division.Code, division);
            Name(division, division.Name, isShort: false);
            if (ShortName(division.Name) is { Length: >= 2 } name && name != division.Name)
            {
                Name(division, name, isShort: true);
            }
        }

        byParent = ByCode.Values.ToLookup(division => division.ParentCode ?? "");
        longestName = byName.Keys.Max(name => name.Length);
    }

    public Dictionary<string, Division> ByCode { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<Division> ChildrenOf(string? code) => [.. byParent[code ?? ""]];

    /// <summary>The finest division a text begins with, and what follows it.</summary>
    public (Division? Division, string Street) Locate(string text)
    {
        string names = Fold(text);
        int position = Skip(names, names.StartsWith("中国", StringComparison.Ordinal) ? 2 : 0);
        Division? scope = null;
        while (LongestName(names, position, scope) is { } found)
        {
            scope = found.Division;
            position = Skip(names, position + found.Length);
        }

        return (scope, text[(scope is null ? 0 : position)..].Trim());
    }

    (Division Division, int Length)? LongestName(string text, int position, Division? scope)
    {
        for (int length = Math.Min(longestName, text.Length - position); length >= 2; length--)
        {
            if (!byName.TryGetValue(text.Substring(position, length), out var called))
            {
                continue;
            }

            bool atEnd = position + length == text.Length;
            var within = called.Where(entry => IsBelow(entry.Division, scope) && (!entry.Short || MayBeShort(entry.Division, scope, atEnd))).Select(entry => entry.Division).ToArray();
            if (within.Length > 0 && within.Min(division => division.Level) is var highest && within.Where(division => division.Level == highest).ToArray() is [var only])
            {
                return (only, length);
            }
        }

        return null;
    }

    // 北京朝阳门 is not in 朝阳: a district may go without 区 only where nothing follows; a county or a county-level city behind its province or city.
    static bool MayBeShort(Division division, Division? scope, bool atEnd) =>
        division.Level != DivisionLevel.District || (scope is not null && (atEnd || division.Name[^1] is '市' or '县'));

    bool IsBelow(Division division, Division? scope)
    {
        for (string? parent = division.ParentCode; scope is not null; parent = parent is null ? null : ByCode[parent].ParentCode)
        {
            if (parent is null)
            {
                return false;
            }

            if (parent == scope.Code)
            {
                return true;
            }
        }

        return true;
    }

    static (DivisionLevel Level, string? Parent) Place(string code, HashSet<string> codes)
    {
        if (code.EndsWith("0000", StringComparison.Ordinal))
        {
            return (DivisionLevel.Province, null);
        }

        string province = code[..2] + "0000", city = code[..4] + "00";
        if (code == city)
        {
            return (DivisionLevel.City, province);
        }

        return (DivisionLevel.District, codes.Contains(city) ? city : province);
    }

    static string ShortName(string name)
    {
        string? suffix = Array.Find(Suffixes, ending => name.EndsWith(ending, StringComparison.Ordinal));
        string result = suffix is null ? name : name[..^suffix.Length];
        if (suffix?.StartsWith("自治", StringComparison.Ordinal) == true)
        {
            while (Array.Find(Peoples, people => result.EndsWith(people, StringComparison.Ordinal) && result.Length >= people.Length + 2) is { } people)
            {
                result = result[..^people.Length];
            }
        }

        return result;
    }

    void Name(Division division, string name, bool isShort)
    {
        if (!byName.TryGetValue(name, out var list))
        {
            byName[name] = list = [];
        }

        list.Add((division, isShort));
    }

    static string Fold(string text)
    {
        char[] folded = text.ToCharArray();
        ScriptTable.Simplified.FoldCharacters(folded);
        return new string(folded);
    }

    static int Skip(string text, int position)
    {
        while (position < text.Length && (char.IsWhiteSpace(text[position]) || text[position] is ',' or '，' or '-' or '/' or '、' or '·' or '\u200B'))
        {
            position++;
        }

        return position;
    }
}
