using System.Text;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Lists;

/// <summary>Reads the filter grammar of AIP-160 (OR binds tighter than AND; terms side by side mean AND) with <c>in (…)</c> added.</summary>
public sealed class FilterParser
{
    private const int LongestText = 20_000;
    private const int MostDepth = 40;
    private const int MostTerms = 300;
    private readonly string text;
    private int at;
    private int terms;

    private FilterParser(string text) => this.text = text;

    public static FilterNode? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text.Length > LongestText)
        {
            throw Wrong(new Label($"筛选条件太长，最多 {LongestText} 个字", $"The filter is too long; at most {LongestText} characters"));
        }

        var parser = new FilterParser(text);
        var node = parser.Expression(0);
        parser.Skip();
        return parser.at == text.Length ? node : throw parser.Unexpected();
    }

    private FilterNode Expression(int depth)
    {
        if (depth > MostDepth)
        {
            throw Wrong(new Label($"筛选条件嵌套太深，最多 {MostDepth} 层", $"The filter is nested too deeply; at most {MostDepth} levels"));
        }

        var items = new List<FilterNode> { Factor(depth) };
        while (true)
        {
            Skip();
            if (at >= text.Length || text[at] == ')')
            {
                return items.Count == 1 ? items[0] : new FilterNode.And(items);
            }

            Keyword("AND");
            items.Add(Factor(depth));
        }
    }

    private FilterNode Factor(int depth)
    {
        var items = new List<FilterNode> { Term(depth) };
        while (Keyword("OR"))
        {
            items.Add(Term(depth));
        }

        return items.Count == 1 ? items[0] : new FilterNode.Or(items);
    }

    private FilterNode Term(int depth)
    {
        Skip();
        if (Keyword("NOT") || (at < text.Length && text[at] == '-' && at++ >= 0))
        {
            return new FilterNode.Not(Simple(depth));
        }

        return Simple(depth);
    }

    private FilterNode Simple(int depth)
    {
        Skip();
        if (++terms > MostTerms)
        {
            throw Wrong(new Label($"筛选条件太多，最多 {MostTerms} 个", $"The filter has too many conditions; at most {MostTerms}"));
        }

        if (at >= text.Length)
        {
            throw Wrong(("筛选条件没有写完", "The filter ends where a condition should stand"));
        }

        if (text[at] == '(')
        {
            at++;
            var node = Expression(depth + 1);
            Skip();
            if (at >= text.Length || text[at] != ')')
            {
                throw Wrong(("缺少右括号", "A closing bracket is missing"));
            }

            at++;
            return node;
        }

        if (text[at] is '"' or '\'')
        {
            return new FilterNode.Words(Quoted());
        }

        var path = Word(inValue: false);
        if (path.Length == 0)
        {
            throw Unexpected();
        }

        if (at < text.Length && text[at] == '(')
        {
            return Children(path, depth);
        }

        var @operator = Operator();
        if (@operator is null)
        {
            return new FilterNode.Words(path);
        }

        return new FilterNode.Compare(path, @operator, @operator == "in" ? Values() : [Value()]);
    }

    /// <summary>A noun with its conditions in brackets right behind it; compared with nothing it asks for at least one.</summary>
    private FilterNode.Children Children(string path, int depth)
    {
        at++;
        Skip();
        FilterNode? inner = null;
        if (at >= text.Length || text[at] != ')')
        {
            inner = Expression(depth + 1);
            Skip();
        }

        if (at >= text.Length || text[at] != ')')
        {
            throw Wrong(("缺少右括号", "A closing bracket is missing"));
        }

        at++;
        return Operator() switch
        {
            null => new FilterNode.Children(path, inner, ">=", new FilterValue("1", false)),
            ":" or "in" => throw Wrong(new Label($"“{path}(…)”应与数字比较，例如 >= 2", $"“{path}(…)” is compared with a number, such as >= 2")),
            var sign => new FilterNode.Children(path, inner, sign, Value()),
        };
    }

    private string? Operator()
    {
        Skip();
        if (at >= text.Length)
        {
            return null;
        }

        foreach (var candidate in (ReadOnlySpan<string>)["!=", "<=", ">=", "<", ">", "=", ":"])
        {
            if (string.CompareOrdinal(text, at, candidate, 0, candidate.Length) == 0)
            {
                at += candidate.Length;
                return candidate;
            }
        }

        return Keyword("IN") ? "in" : null;
    }

    private List<FilterValue> Values()
    {
        Skip();
        if (at >= text.Length || text[at] != '(')
        {
            throw Wrong(("in 之后应为括号中的列表", "A list in brackets belongs behind in"));
        }

        at++;
        var values = new List<FilterValue>();
        while (true)
        {
            values.Add(Value());
            Skip();
            if (at < text.Length && text[at] == ',')
            {
                at++;
                continue;
            }

            if (at < text.Length && text[at] == ')')
            {
                at++;
                return values.Count <= 500 ? values : throw Wrong(("列表最多 500 项", "A list has at most 500 items"));
            }

            throw Wrong(("列表缺少右括号", "The list's closing bracket is missing"));
        }
    }

    private FilterValue Value()
    {
        Skip();
        if (at < text.Length && text[at] is '"' or '\'')
        {
            return new FilterValue(Quoted(), true);
        }

        var word = Word(inValue: true);
        return word.Length > 0 ? new FilterValue(word, false) : throw Wrong(("比较符之后缺少值", "A value is missing behind the comparison"));
    }

    private string Quoted()
    {
        var quote = text[at++];
        var value = new StringBuilder();
        while (at < text.Length)
        {
            var letter = text[at++];
            if (letter == quote)
            {
                return value.ToString();
            }

            if (letter == '\\' && at < text.Length)
            {
                letter = text[at++];
            }

            value.Append(letter);
        }

        throw Wrong(("引号没有结束", "A quotation mark is not closed"));
    }

    private string Word(bool inValue)
    {
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('(' or ')' or ',' or '"' or '\'') && (inValue || text[at] is not ('=' or '<' or '>' or '!' or ':')))
        {
            at++;
        }

        return text[start..at];
    }

    private bool Keyword(string word)
    {
        Skip();
        if (string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) == 0
            && (at + word.Length == text.Length || char.IsWhiteSpace(text[at + word.Length]) || text[at + word.Length] == '('))
        {
            at += word.Length;
            return true;
        }

        return false;
    }

    private void Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private RefusedException Unexpected() => Wrong(new Label($"第 {at + 1} 个字符“{text[at]}”放错了位置", $"The character “{text[at]}” at {at + 1} does not belong there"));

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("filter", error));
}
