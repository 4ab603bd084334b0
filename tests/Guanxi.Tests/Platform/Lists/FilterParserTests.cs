using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Tests.Platform.Lists;

public sealed class FilterParserTests
{
    [Fact]
    public void Or_binds_tighter_than_and()
    {
        var and = Assert.IsType<FilterNode.And>(FilterParser.Parse("a = 1 AND b = 2 OR c = 3"));
        Assert.IsType<FilterNode.Compare>(and.Items[0]);
        Assert.Equal(2, Assert.IsType<FilterNode.Or>(and.Items[1]).Items.Count);
    }

    [Fact]
    public void Terms_side_by_side_mean_and() => Assert.Equal(2, Assert.IsType<FilterNode.And>(FilterParser.Parse("a = 1 b = 2")).Items.Count);

    [Fact]
    public void A_minus_negates() => Assert.IsType<FilterNode.Not>(FilterParser.Parse("-stage = lost"));

    [Fact]
    public void A_list_is_read_whole()
    {
        var compare = Assert.IsType<FilterNode.Compare>(FilterParser.Parse("""level in ("A", 'B', c)"""));
        Assert.Equal(["A", "B", "c"], compare.Values.Select(value => value.Text));
        Assert.False(compare.Values[2].Quoted);
    }

    [Fact]
    public void A_shifted_date_is_one_value() => Assert.Equal("today-30d", Assert.IsType<FilterNode.Compare>(FilterParser.Parse("at < today-30d")).Values[0].Text);

    [Fact]
    public void Quotes_may_hold_anything() => Assert.Equal("a \"b\" AND c", Assert.IsType<FilterNode.Compare>(FilterParser.Parse("""name = "a \"b\" AND c" """)).Values[0].Text);

    [Theory]
    [InlineData("a =")]
    [InlineData("(a = 1")]
    [InlineData("a = 1)")]
    [InlineData("a = \"open")]
    [InlineData("= 1")]
    [InlineData("a in 1")]
    [InlineData("a in (1")]
    [InlineData("AND")]
    public void What_is_not_finished_is_refused_with_a_sentence(string text)
    {
        if (text == "AND")
        {
            // A lone word is something to look for.
            Assert.IsType<FilterNode.Words>(FilterParser.Parse(text));
            return;
        }

        Assert.Equal(422, Assert.Throws<RefusedException>(() => FilterParser.Parse(text)).Refusal.Status);
    }

    [Fact]
    public void A_thousand_brackets_are_refused_and_not_a_crash() =>
        Assert.Equal(422, Assert.Throws<RefusedException>(() => FilterParser.Parse(new string('(', 1000) + "a = 1" + new string(')', 1000))).Refusal.Status);

    [Fact]
    public void Random_text_never_crashes()
    {
        var random = new Random(7);
        const string letters = "ab =<>!:()\"'\\-,ANDORin0 中*\t";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => letters[random.Next(letters.Length)]));
            try
            {
                FilterParser.Parse(text);
            }
            catch (RefusedException refused)
            {
                Assert.Equal(422, refused.Refusal.Status);
            }
        }
    }
}
