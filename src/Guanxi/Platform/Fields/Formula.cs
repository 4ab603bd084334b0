using System.Globalization;
using System.Text;
using Guanxi.Database;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Fields;

/// <summary>
/// The small language of formula fields: numbers, "text", field names, + - * / ( ), comparisons, and the functions
/// if(condition, then, else), and(…), or(…), not(x), round(x, digits), abs(x), min(…), max(…), coalesce(…), concat(…), length(text), days(from, to), today().
/// Dates are compared and subtracted as days. Division by zero gives no value.
/// </summary>
public sealed class Formula
{
    private const int LongestText = 2000;
    private const int MostDepth = 30;

    private abstract record Node;

    private sealed record NumberNode(decimal Value) : Node;

    private sealed record TextNode(string Value) : Node;

    private sealed record FieldNode(string Name) : Node;

    private sealed record NullNode : Node;

    private sealed record CallNode(string Function, IReadOnlyList<Node> Arguments) : Node;

    private sealed record BinaryNode(string Operator, Node Left, Node Right) : Node;

    private static readonly Dictionary<string, (int Least, int Most)> Functions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["if"] = (3, 3), ["and"] = (2, 20), ["or"] = (2, 20), ["not"] = (1, 1), ["round"] = (1, 2), ["abs"] = (1, 1), ["min"] = (2, 20), ["max"] = (2, 20),
        ["coalesce"] = (2, 20), ["concat"] = (1, 20), ["length"] = (1, 1), ["days"] = (2, 2), ["today"] = (0, 0),
    };

    private readonly Node root;

    private Formula(Node root) => this.root = root;

    public bool IsText => TextOf(root);

    private static bool TextOf(Node node) => node switch
    {
        TextNode => true,
        CallNode { Function: "concat" } => true,
        CallNode { Function: "if" } call => TextOf(call.Arguments[1]) || TextOf(call.Arguments[2]),
        CallNode { Function: "coalesce" } call => call.Arguments.Any(TextOf),
        _ => false,
    };

    /// <summary>The fields the formula reads.</summary>
    public IReadOnlySet<string> FieldNames()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        void Walk(Node node)
        {
            switch (node)
            {
                case FieldNode field:
                    names.Add(field.Name);
                    break;
                case CallNode call:
                    foreach (var argument in call.Arguments)
                    {
                        Walk(argument);
                    }

                    break;
                case BinaryNode binary:
                    Walk(binary.Left);
                    Walk(binary.Right);
                    break;
            }
        }

        Walk(root);
        return names;
    }

    public static Formula Parse(string text)
    {
        if (text.Length > LongestText)
        {
            throw Wrong(("公式太长", "The formula is too long"));
        }

        var reader = new Reader(text);
        var node = reader.Comparison(0);
        reader.End();
        return new Formula(node);
    }

    /// <summary>SQL over the alias; names are checked against the type, literals are escaped numbers and text.</summary>
    public string ToSql(RecordType type, string t, Dialect dialect) => Sql(root, type, t, dialect);

    private static string Sql(Node node, RecordType type, string t, Dialect dialect)
    {
        switch (node)
        {
            case NumberNode number:
                return number.Value.ToString(CultureInfo.InvariantCulture) + (number.Value == decimal.Truncate(number.Value) ? ".0" : "");
            case TextNode text:
                // Quotes doubled; a dollar sign would be read as a parameter of the statement.
                return "'" + text.Value.Replace("'", "''", StringComparison.Ordinal).Replace("$", "＄", StringComparison.Ordinal) + "'";
            case NullNode:
                return "NULL";
            case FieldNode name:
                var field = type.Find(name.Name) is { Kind: not FieldKind.Formula, IsJson: false, Internal: false } found ? found : throw Wrong(RecordRefusals.UnknownField(name.Name, Nearest.To(name.Name, type.Shown.Select(known => known.Name))));
                var value = FieldSql.Value(field, type, t, dialect);
                return field.Kind switch
                {
                    FieldKind.Money => $"({value} / 10000.0)",
                    FieldKind.Instant => $"({value} / 86400000.0)",
                    FieldKind.Date => dialect.IsSqlite ? $"(julianday({value}) - 2440587.5)" : $"(CAST({value} AS date) - DATE '1970-01-01')",
                    FieldKind.Reference or FieldKind.Id => throw Wrong(new Label($"公式不能使用引用字段“{name.Name}”", $"A formula cannot use the reference “{name.Name}”")),
                    FieldKind.Integer or FieldKind.Rating or FieldKind.YesNo or FieldKind.Number => dialect.IsSqlite ? $"CAST({value} AS REAL)" : $"CAST({value} AS double precision)",
                    _ => value,
                };
            case BinaryNode { Operator: "/" } division:
                return $"({Sql(division.Left, type, t, dialect)} / NULLIF({Sql(division.Right, type, t, dialect)}, 0))";
            case BinaryNode binary:
                return $"({Sql(binary.Left, type, t, dialect)} {binary.Operator} {Sql(binary.Right, type, t, dialect)})";
            case CallNode call:
                var arguments = call.Arguments.Select(argument => Sql(argument, type, t, dialect)).ToList();
                return call.Function switch
                {
                    "if" => $"(CASE WHEN {arguments[0]} THEN {arguments[1]} ELSE {arguments[2]} END)",
                    "and" => "(" + string.Join(" AND ", arguments) + ")",
                    "or" => "(" + string.Join(" OR ", arguments) + ")",
                    "not" => $"(({arguments[0]}) IS NOT TRUE)",
                    "round" => dialect.IsSqlite
                        ? $"round({arguments[0]}, {(arguments.Count > 1 ? arguments[1] : "0")})"
                        : $"CAST(round(CAST({arguments[0]} AS numeric), CAST({(arguments.Count > 1 ? arguments[1] : "0")} AS int)) AS double precision)",
                    "abs" => $"abs({arguments[0]})",
                    "min" => (dialect.IsSqlite ? "min(" : "least(") + string.Join(", ", arguments) + ")",
                    "max" => (dialect.IsSqlite ? "max(" : "greatest(") + string.Join(", ", arguments) + ")",
                    "coalesce" => "coalesce(" + string.Join(", ", arguments) + ")",
                    "concat" => "(" + string.Join(" || ", call.Arguments.Select((argument, i) => $"coalesce(CAST({Whole(argument, arguments[i])} AS TEXT), '')")) + ")",
                    "length" => $"length({arguments[0]})",
                    "days" => $"({arguments[1]} - {arguments[0]})",
                    _ => dialect.IsSqlite ? "(julianday('now', 'start of day') - 2440587.5)" : "(CURRENT_DATE - DATE '1970-01-01')",
                };
            default:
                throw new InvalidOperationException("Unknown formula node.");
        }
    }

    private static string Whole(Node node, string sql) => node is NumberNode number && number.Value == decimal.Truncate(number.Value) ? number.Value.ToString(CultureInfo.InvariantCulture) : sql;

    private static RefusedException Wrong(Label error) => new(Refusal.Invalid("formula", error));

    private sealed class Reader(string text)
    {
        private int at;

        public Node Comparison(int depth)
        {
            if (depth > MostDepth)
            {
                throw Wrong(("公式嵌套太深", "The formula is nested too deeply"));
            }

            var left = Sum(depth);
            foreach (var (written, sql) in (ReadOnlySpan<(string, string)>)[("<=", "<="), (">=", ">="), ("!=", "<>"), ("<>", "<>"), ("=", "="), ("<", "<"), (">", ">")])
            {
                if (Take(written))
                {
                    return new BinaryNode(sql, left, Sum(depth));
                }
            }

            return left;
        }

        private Node Sum(int depth)
        {
            var left = Product(depth);
            while (true)
            {
                if (Take("+"))
                {
                    left = new BinaryNode("+", left, Product(depth));
                }
                else if (Take("-"))
                {
                    left = new BinaryNode("-", left, Product(depth));
                }
                else
                {
                    return left;
                }
            }
        }

        private Node Product(int depth)
        {
            var left = Factor(depth);
            while (true)
            {
                if (Take("*"))
                {
                    left = new BinaryNode("*", left, Factor(depth));
                }
                else if (Take("/"))
                {
                    left = new BinaryNode("/", left, Factor(depth));
                }
                else
                {
                    return left;
                }
            }
        }

        private Node Factor(int depth)
        {
            Skip();
            if (Take("-"))
            {
                return new BinaryNode("-", new NumberNode(0), Factor(depth + 1));
            }

            if (Take("("))
            {
                var inner = Comparison(depth + 1);
                return Take(")") ? inner : throw Wrong(("公式缺少右括号", "The formula lacks a closing bracket"));
            }

            if (at < text.Length && text[at] == '"')
            {
                return new TextNode(Quoted());
            }

            var start = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            {
                at++;
            }

            var word = text[start..at];
            if (word.Length == 0)
            {
                throw Wrong(at < text.Length ? new Label($"公式中第 {at + 1} 个字符“{text[at]}”无法理解", $"The character “{text[at]}” at {at + 1} of the formula is not understood") : new Label("公式没有写完", "The formula ends too early"));
            }

            if (char.IsAsciiDigit(word[0]))
            {
                return decimal.TryParse(word, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? new NumberNode(number) : throw Wrong(new Label($"“{word}”不是数字", $"“{word}” is no number"));
            }

            if (word == "null")
            {
                return new NullNode();
            }

            return Take("(") ? Call(word, depth) : new FieldNode(word);
        }

        private CallNode Call(string function, int depth)
        {
            if (!Functions.TryGetValue(function, out var size))
            {
                throw Wrong(new Label($"没有函数“{function}”，可用：{string.Join("、", Functions.Keys)}", $"There is no function “{function}”; use {string.Join(", ", Functions.Keys)}"));
            }

            var arguments = new List<Node>();
            while (!Take(")"))
            {
                if (arguments.Count > 0 && !Take(","))
                {
                    throw Wrong(("公式中参数之间缺少逗号或右括号", "A comma or closing bracket is missing in the formula"));
                }

                arguments.Add(Comparison(depth + 1));
            }

            return arguments.Count >= size.Least && arguments.Count <= size.Most
                ? new CallNode(function.ToLowerInvariant(), arguments)
                : throw Wrong(new Label($"函数“{function}”的参数个数不对", $"The function “{function}” has the wrong number of arguments"));
        }

        private string Quoted()
        {
            at++;
            var value = new StringBuilder();
            while (at < text.Length && text[at] != '"')
            {
                value.Append(text[at++]);
            }

            if (at >= text.Length)
            {
                throw Wrong(("公式中引号没有结束", "A quotation mark in the formula is not closed"));
            }

            at++;
            return value.ToString();
        }

        private bool Take(string token)
        {
            Skip();
            if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0)
            {
                return false;
            }

            at += token.Length;
            return true;
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }

        public void End()
        {
            Skip();
            if (at < text.Length)
            {
                throw Wrong(new Label($"公式中第 {at + 1} 个字符“{text[at]}”放错了位置", $"The character “{text[at]}” at {at + 1} of the formula does not belong there"));
            }
        }
    }
}
