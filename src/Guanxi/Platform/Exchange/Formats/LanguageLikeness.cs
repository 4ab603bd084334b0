using System.Collections.Frozen;
using System.Text;
using Guanxi.Platform.Language;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>How much a decoded text looks like a language: about 1 for a good reading, around 0 or less for a wrong one.</summary>
static class LanguageLikeness
{
    const double Broken = -4;
    const double OddSymbol = -1;

    static readonly Lazy<Models> Loaded = new(() => new Models());

    /// <summary>The mean over the characters beyond ASCII, counted by the bytes they took.</summary>
    /// <param name="encoding">The name of the encoding: kana speak for a Japanese one only, Hangul for a Korean one.</param>
    public static double Score(string text, string encoding)
    {
        text = text.Normalize(NormalizationForm.FormC);
        bool japanese = encoding is "shift_jis" or "euc-jp", korean = encoding is "euc-kr" or "ks_c_5601-1987";
        bool chinese = encoding is "gb18030" or "big5";
        double sum = 0, weight = 0;
        var letters = new double[Loaded.Value.Languages.Length];
        double letterWeight = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c < 0x80)
            {
                continue;
            }

            double width = chinese || japanese || korean ? 2 : 1;
            if (char.IsLetter(c) && !CharacterKinds.IsUnspaced(c))
            {
                // Full-width Latin, Greek and Cyrillic letters in East Asian sets are rare guests.
                if (width == 2)
                {
                    sum += width * (c >= '\uFF00' ? 0.2 : -0.2);
                    weight += width;
                    continue;
                }

                letterWeight++;
                Loaded.Value.Count(text, i, letters);
                continue;
            }

            weight += width;
            sum += width * (CharacterKinds.IsUnspaced(c) ? EastAsian(text, i, japanese, korean, chinese) : Symbol(text, i));
        }

        weight += letterWeight;
        if (letterWeight > 0)
        {
            double latin = text.Count(char.IsAsciiLetter);
            sum += Loaded.Value.Languages.Select((language, i) => letters[i] - (letterWeight * language.Reluctance(latin / (latin + letterWeight)))).Max();
        }

        return weight == 0 ? 0 : sum / weight;
    }

    static double EastAsian(string text, int index, bool japanese, bool korean, bool chinese)
    {
        char c = text[index];
        if (c is >= '\u3040' and <= '\u30FF')
        {
            return japanese ? 1 : 0.1;
        }

        if (c is >= '\uAC00' and <= '\uD7AF')
        {
            return korean ? (Loaded.Value.CommonHangul.Contains(c) ? 1.1 : 0.3) : -1;
        }

        bool besideAscii = (index > 0 && char.IsAsciiLetter(text[index - 1]) && index + 1 < text.Length && char.IsAsciiLetter(text[index + 1])) || (index > 0 && char.IsAsciiLetterLower(text[index - 1]));
        double common = Loaded.Value.CommonHan.Contains(ScriptTable.Simplified[c]) ? 1 : char.IsSurrogate(c) ? Broken / 2 : c is >= '\u4E00' and <= '\u9FFF' && PinyinTable.Instance.SetOf(c) > 0 ? 0 : OddSymbol;
        return (chinese || japanese ? common : korean ? common - 1 : OddSymbol) - (besideAscii ? 0.8 : 0);
    }

    static double Symbol(string text, int index)
    {
        char c = text[index];
        bool withinWord = index > 0 && char.IsLetter(text[index - 1]) && index + 1 < text.Length && char.IsLetter(text[index + 1]);
        return c switch
        {
            '\uFFFD' => Broken,
            >= '\u0080' and <= '\u009F' => Broken / 2,
            >= '\uE000' and <= '\uF8FF' => Broken / 2,
            >= '\uFF61' and <= '\uFF9F' => OddSymbol,
            >= '\u3000' and <= '\u3017' or >= '\uFF00' and <= '\uFF60' => 0.6,
            '’' or '\u00B7' or '\u00AD' => 0.3,
            '\u00A0' or '“' or '”' or '‘' or '–' or '—' or '…' or '„' or '«' or '»' or '€' or '°' or '©' or '®' or '№' or '•' or '£' or '§' or '¿' or '¡' or '™' => withinWord ? OddSymbol : 0.3,
            _ => withinWord ? OddSymbol : -0.5,
        };
    }

    sealed class Models
    {
        public Models()
        {
            using LanguageTables tables = LanguageTables.Open("languages.bin.br");
            Languages = Array.ConvertAll(tables.Lines(), line => new LanguageModel(line.Split('\t')));
            CommonHan = tables.Text().ToFrozenSet();
            CommonHangul = tables.Text().ToFrozenSet();
        }

        public LanguageModel[] Languages { get; }

        public FrozenSet<char> CommonHan { get; }

        public FrozenSet<char> CommonHangul { get; }

        public void Count(string text, int index, double[] sums)
        {
            for (int i = 0; i < Languages.Length; i++)
            {
                sums[i] += Languages[i].Letter(text, index);
            }
        }
    }
}
