using Guanxi.Platform.Language;
using Xunit;

namespace Guanxi.Tests.Platform.Language;

public sealed class SearchTermsTests
{
    [Theory]
    [InlineData("长沙")]
    [InlineData("长")]
    [InlineData("長沙銀行")]
    [InlineData("长沙银行")]
    [InlineData("csyh")]
    [InlineData("csy")]
    [InlineData("changsha")]
    [InlineData("changsha yin")]
    [InlineData("chang sha yin hang")]
    [InlineData("yinhang")]
    [InlineData("yh")]
    [InlineData("长沙yh")]
    [InlineData("银行 长沙")]
    [InlineData("gufen")]
    [InlineData("長沙 gufen")]
    public void Changsha_Bank_is_found_by_characters_pinyin_and_initials(string query) =>
        Assert.True(Finds(query, Terms("长沙银行股份有限公司")), SearchTerms.Parse(query).ToString());

    [Theory]
    [InlineData("上海")]
    [InlineData("xsyh")]
    [InlineData("沙长")]
    [InlineData("changsha ping")]
    [InlineData("beijing")]
    public void Changsha_Bank_is_not_found_by_something_else(string query) =>
        Assert.False(Finds(query, Terms("长沙银行股份有限公司")), SearchTerms.Parse(query).ToString());

    [Theory]
    [InlineData("zgf")]
    [InlineData("zengguofan")]
    [InlineData("zeng guo")]
    [InlineData("cgf")]
    [InlineData("曾国藩")]
    [InlineData("國藩")]
    public void A_person_is_found_by_the_surname_and_by_the_common_reading(string query) =>
        Assert.True(Finds(query, Terms("曾國藩", personName: true)));

    [Theory]
    [InlineData("TCL科技集团", "tclkj")]
    [InlineData("TCL科技集团", "kjjt")]
    [InlineData("TCL科技集团", "tcl")]
    [InlineData("58同城", "58tc")]
    [InlineData("Huawei Technologies", "huaw tech")]
    [InlineData("吕布", "lvbu")]
    [InlineData("吕布", "lyubu")]
    [InlineData("西安", "xi'an")]
    [InlineData("（北京）华为", "北京华为")]
    [InlineData("Société Générale", "societe")]
    public void Mixed_names_are_found(string title, string query) => Assert.True(Finds(query, Terms(title)));

    [Theory]
    [InlineData("13800138000")]
    [InlineData("1380013")]
    [InlineData("0138")]
    [InlineData("8000")]
    [InlineData("138 0013 8000")]
    [InlineData("+86 138-0013-8000")]
    [InlineData("008613800138000")]
    public void A_mobile_is_found_by_any_run_of_four_digits(string query)
    {
        var terms = new HashSet<string>();
        SearchTerms.CollectPhone("+8613800138000", terms);
        Assert.True(Finds(query, terms), SearchTerms.Parse(query).ToString());
    }

    [Theory]
    [InlineData("+862155551234", "02155551234")]
    [InlineData("+862155551234", "(021) 5555-1234")]
    [InlineData("+862155551234", "5555 1234")]
    [InlineData("+862155551234;ext=801", "55551234")]
    [InlineData("+864008001234", "400-800-1234")]
    [InlineData("+442079460958", "020 7946 0958")]
    [InlineData("+442079460958", "+44 20 7946")]
    public void A_landline_is_found_with_and_without_its_area_code(string phone, string query)
    {
        var terms = new HashSet<string>();
        SearchTerms.CollectPhone(phone, terms);
        Assert.True(Finds(query, terms), string.Join(' ', terms));
    }

    [Theory]
    [InlineData("zhang.san@example.com")]
    [InlineData("zhang.san@exa")]
    [InlineData("zhangsan")]
    [InlineData("san")]
    [InlineData("example")]
    [InlineData("@example")]
    [InlineData("example.com")]
    public void An_address_is_found_by_the_whole_and_by_its_parts(string query)
    {
        var terms = new HashSet<string>();
        SearchTerms.CollectEmail("Zhang.San@example.com", terms);
        Assert.True(Finds(query, terms), string.Join(' ', terms));
    }

    [Fact]
    public void Phone_tokens_can_be_left_out_for_those_who_may_not_see_phones()
    {
        SearchQuery query = SearchTerms.Parse("1380013");
        Assert.Contains(query.Groups[0].Alternatives, t => t.Kind == SearchTokenKind.Phone);
        SearchQuery without = query.Without(SearchTokenKind.Phone, SearchTokenKind.Email)!;
        Assert.DoesNotContain(without.Groups[0].Alternatives, t => t.Kind == SearchTokenKind.Phone);
        Assert.Null(SearchTerms.Parse("zhang@example.com").Without(SearchTokenKind.Email));
    }

    [Fact]
    public void Tokens_hold_only_letters_digits_and_characters()
    {
        HashSet<string> terms = Terms("【测试】A&B “长沙”\u200B银行，Müller № 5 Привет にほん 𬍛 👍");
        Assert.All(terms, term => Assert.All(term, c => Assert.True(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c > 0x7F && (char.IsLetter(c) || char.IsSurrogate(c)), term)));
    }

    [Fact]
    public void Nothing_typed_asks_for_nothing()
    {
        Assert.True(SearchTerms.Parse("  ").IsEmpty);
        Assert.True(SearchTerms.Parse("!?").IsEmpty);
        Assert.True(SearchTerms.Parse(null).IsEmpty);
        Assert.InRange(SearchTerms.Parse(new string('长', 5000)).Groups.Count, 1, 16);
    }

    [Fact]
    public void Better_answers_score_higher()
    {
        int[] scores =
        [
            SearchTerms.Score("长沙银行", "长沙银行"),
            SearchTerms.Score("长沙银行", "长沙银行股份有限公司"),
            SearchTerms.Score("bank", "Changsha Bank Ltd"),
            SearchTerms.Score("changsha", "长沙银行"),
            SearchTerms.Score("csyh", "长沙银行"),
            SearchTerms.Score("银行", "长沙银行"),
            SearchTerms.Score("ank", "Changsha Bank Ltd"),
            SearchTerms.Score("银行 长沙", "长沙银行"),
            SearchTerms.Score("上海", "长沙银行"),
        ];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(scores.Length, scores.Distinct().Count());
        Assert.True(SearchTerms.Score("长沙", "长沙银行") > SearchTerms.Score("长沙", "长沙银行股份有限公司"));
    }

    [Fact]
    public void The_number_of_tokens_of_a_company_name_stays_moderate() =>
        Assert.InRange(Terms("湖南长沙行远科技发展股份有限公司").Count, 30, 160);

    static HashSet<string> Terms(string text, bool personName = false)
    {
        var terms = new HashSet<string>();
        SearchTerms.Collect(text, personName, terms);
        return terms;
    }

    static bool Finds(string query, HashSet<string> terms)
    {
        SearchQuery parsed = SearchTerms.Parse(query);
        return !parsed.IsEmpty && parsed.Groups.All(group => group.Alternatives.Any(token =>
            token.Prefix ? terms.Any(term => term.StartsWith(token.Text, StringComparison.Ordinal)) : terms.Contains(token.Text)));
    }
}
