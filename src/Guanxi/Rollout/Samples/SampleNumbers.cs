namespace Guanxi.Rollout.Samples;

/// <summary>Numbers that pass the same checks as real ones and belong to nobody known.</summary>
public static class SampleNumbers
{
    /// <summary>The 31 characters of GB 32100-2015; a character's value is its place.</summary>
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly int[] InnerWeights = [3, 7, 9, 10, 5, 8, 4, 2];

    private static readonly string[] MobilePrefixes =
    [
        "130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151", "152", "153", "155", "156", "157", "158", "159", "166", "173", "175", "176", "177", "178",
        "180", "181", "182", "183", "185", "186", "187", "188", "189", "191", "198", "199",
    ];

    /// <summary>
    /// A unified social credit code (GB 32100-2015): market regulator 9, kind 1 for a company and 2 for a sole trader, six digits of the division,
    /// a subject code with its own check (GB 11714), and the check character Σ Cᵢ·3^(i−1) mod 31.
    /// </summary>
    public static string CreditCode(SampleRandom random, string divisionCode, bool soleTrader = false)
    {
        Span<char> code = stackalloc char[18];
        code[0] = '9';
        code[1] = soleTrader ? '2' : '1';
        divisionCode.CopyTo(code[2..]);
        "MA".CopyTo(code[8..]);
        code[10] = random.Of("012356789ABCDEFGHJKL");
        for (var i = 11; i < 16; i++)
        {
            code[i] = random.Of(Alphabet);
        }

        code[16] = InnerCheck(code.Slice(8, 8));
        code[17] = OuterCheck(code[..17]);
        return code.ToString();
    }

    /// <summary>GB 11714: c = 11 − Σ vᵢ·wᵢ mod 11, 10 written X and 11 written 0; letters count 10 for A to 35 for Z.</summary>
    private static char InnerCheck(ReadOnlySpan<char> subject)
    {
        var sum = 0;
        for (var i = 0; i < 8; i++)
        {
            sum += (char.IsAsciiDigit(subject[i]) ? subject[i] - '0' : subject[i] - 'A' + 10) * InnerWeights[i];
        }

        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    private static char OuterCheck(ReadOnlySpan<char> code)
    {
        var (sum, weight) = (0, 1);
        foreach (var letter in code)
        {
            sum += Alphabet.IndexOf(letter) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>A mobile number as E.164.</summary>
    public static string Mobile(SampleRandom random) => "+86" + random.Of(MobilePrefixes) + random.Digits(8);

    /// <summary>A fixed line as E.164: big cities have eight digits behind the area code, others seven or eight.</summary>
    public static string Landline(SampleRandom random, SampleCity city) =>
        "+86" + city.AreaCode + random.Between(5, 8) + random.Digits(7);
}
