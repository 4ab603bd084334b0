using Guanxi.Science.Matching;

namespace Guanxi.Science.Tests.Matching;

public sealed class RecordMatcherTests
{
    private static readonly MatchField[] Fields =
    [
        new(FieldKind.Company, "公司"), new(FieldKind.Person, "联系人"), new(FieldKind.Phone, "手机"),
    ];

    [Fact]
    public void Two_spellings_of_one_customer_match_even_in_a_tiny_file()
    {
        var table = new RecordTable(Fields);
        table.Add(["上海华兴机械设备有限公司", "王小明", "138 0013 8000"]);
        table.Add(["华兴机械设备（上海）有限公司", "王小明先生", "+86 13800138000"]);
        table.Add(["杭州云帆科技有限公司", "李芳", "13911112222"]);
        table.Add(["成都天府食品有限公司", "赵强", "13733334444"]);
        var matcher = new RecordMatcher(table);
        var pair = Assert.Single(matcher.Run().Pairs, pair => pair.Band == MatchBand.Match);
        Assert.Equal((0, 1), (pair.Left, pair.Right));
        Assert.All(matcher.Explain(0, 1), reason => Assert.True(reason.Bits > 0));
    }

    [Fact]
    public void A_branch_is_related_and_never_a_match()
    {
        var table = new RecordTable(Fields);
        table.Add(["上海华兴机械设备有限公司", "王小明", "13800138000"]);
        table.Add(["上海华兴机械设备有限公司北京分公司", "王小明", "13800138000"]);
        table.Add(["杭州云帆科技有限公司", "李芳", "13911112222"]);
        var result = new RecordMatcher(table).Run();
        Assert.DoesNotContain(result.Pairs, pair => pair.Band == MatchBand.Match);
        Assert.All(result.Pairs, pair => Assert.True(pair.IsRelated));
    }

    [Fact]
    public void The_same_file_gives_the_same_answer()
    {
        MatchResult Run()
        {
            var table = new RecordTable(Fields);
            for (var i = 0; i < 300; i++)
            {
                table.Add([$"公司{i / 2}科技", $"人{i / 2}", $"1380000{i / 2:D4}"]);
            }

            return new RecordMatcher(table).Run();
        }

        Assert.Equal(Run().Pairs, Run().Pairs);
    }

    [Fact]
    public void Empty_cells_and_one_record_are_no_error()
    {
        var table = new RecordTable(Fields);
        table.Add([null, "", "NA"]);
        Assert.Empty(new RecordMatcher(table).Run().Pairs);
        table = new RecordTable(Fields);
        table.Add([null, null, null]);
        table.Add([null, null, null]);
        Assert.Empty(new RecordMatcher(table).Run().Pairs);
    }

    [Fact]
    public void Probabilities_and_weights_are_finite_when_all_records_are_equal()
    {
        var table = new RecordTable(Fields);
        for (var i = 0; i < 50; i++)
        {
            table.Add(["上海华兴机械设备有限公司", "王小明", "13800138000"]);
        }

        var result = new RecordMatcher(table).Run();
        Assert.All(result.Pairs, pair => Assert.True(double.IsFinite(pair.Bits) && pair.Probability is >= 0 and <= 1));
    }

    [Fact]
    public void Traditional_characters_and_homophones_agree_through_the_tables_handed_in()
    {
        var tables = new DelegateTextNormalizer(text => text.Replace('華', '华').Replace('興', '兴'), (text, _) => text.Replace("伟", "wei", StringComparison.Ordinal).Replace("维", "wei", StringComparison.Ordinal).Replace("杨", "yang", StringComparison.Ordinal));
        var table = new RecordTable(Fields, tables);
        table.Add(["華興科技", "杨伟", "13800138000"]);
        table.Add(["华兴科技", "杨维", null]);
        table.Add(["云帆贸易", "李芳", "13911112222"]);
        var matcher = new RecordMatcher(table);
        matcher.Run();
        Assert.Equal(["same", "sameSound", "missing"], matcher.Explain(0, 1).Select(reason => reason.Level));
    }

    [Fact]
    public void A_new_customer_is_found_by_shared_keys_and_recognised_with_reasons()
    {
        string?[] stored = ["上海华兴机械设备有限公司", "王小明", "138 0013 8000"];
        string?[] stranger = ["杭州云帆科技有限公司", "李芳", "13911112222"];
        string?[] entry = ["华兴机械设备（上海）", "王小明先生", "+86 13800138000"];
        Assert.NotEmpty(BlockingKeys.Of(Fields, stored).Intersect(BlockingKeys.Of(Fields, entry)));
        Assert.Empty(BlockingKeys.Of(Fields, stranger).Intersect(BlockingKeys.Of(Fields, entry)));
        var match = Assert.Single(EntryCheck.Run(LinkageModel.FromPriors(Fields, 1000), entry, [stranger, stored]));
        Assert.Equal((1, MatchBand.Match), (match.Candidate, match.Band));
        Assert.All(match.Reasons, reason => Assert.True(reason.Bits > 0));
    }

    [Fact]
    public void A_stored_model_weighs_as_before()
    {
        var model = LinkageModel.FromPriors(Fields, 100);
        var restored = LinkageModel.Restore(model.Fields, model.Match, model.Other, model.Prior, model.MeanFrequency);
        string?[] entry = ["华兴机械", "王小明", "13800138000"];
        Assert.Equal(EntryCheck.Run(model, entry, [entry])[0].Bits, EntryCheck.Run(restored, entry, [entry])[0].Bits);
        Assert.Throws<ArgumentException>(() => LinkageModel.Restore(Fields, [], [], 0.1, []));
    }
}
