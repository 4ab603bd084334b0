using Guanxi.Science.Matching;

namespace Guanxi.Science.Tests.Matching;

public sealed class PublishedLinkageTests
{
    private const string Febrl = "given=given_name,surname=surname,address=address_1,address=address_2,city=suburb,postcode=postcode,region=state,date=date_of_birth,identifier=soc_sec_id";

    [Fact]
    public void Febrl1_is_deduplicated_from_few_candidates()
    {
        var rows = LinkageData.Rows("rl_febrl_1_4/dataset1.csv");
        var (_, result) = LinkageData.Match(Febrl, rows);
        var truth = LinkageData.SameEntity(rows.Select(row => row["rec_id"].Split('-')[1]));
        Assert.True(LinkageData.Quality(result, truth).F >= 0.99);
        Assert.True(result.Candidates <= 0.002 * rows.Count * (rows.Count - 1) / 2);
    }

    [Fact]
    public void Febrl4_is_linked_one_to_one_from_few_candidates()
    {
        var left = LinkageData.Rows("rl_febrl_1_4/dataset4a.csv");
        var right = LinkageData.Rows("rl_febrl_1_4/dataset4b.csv");
        var (_, result) = LinkageData.Match(Febrl, left, right);
        var place = right.Select((row, i) => (Number: row["rec_id"].Split('-')[1], i)).ToDictionary(item => item.Number, item => left.Count + item.i, StringComparer.Ordinal);
        var truth = left.Select((row, i) => (i, place[row["rec_id"].Split('-')[1]])).ToHashSet();
        Assert.True(result.IsOneToOne);
        Assert.True(LinkageData.Quality(result, truth).F >= 0.995);
        Assert.True(result.Candidates <= 0.002 * left.Count * right.Count);
    }

    [Fact]
    public void German_names_of_rldata500_are_deduplicated()
    {
        var rows = LinkageData.Rows("rl_rldata500/RLdata500.csv");
        var (_, result) = LinkageData.Match("given=fname_c1,given=fname_c2,surname=lname_c1,surname=lname_c2,date=by,date=bm,date=bd", rows);
        Assert.True(LinkageData.Quality(result, LinkageData.SameEntity(rows.Select(row => row["ent_id"]))).F >= 0.96);
    }

    [Fact]
    public void Restaurants_of_fodors_and_zagats_are_linked()
    {
        var left = LinkageData.Rows("rl_fodors_zagat/fodors.csv");
        var right = LinkageData.Rows("rl_fodors_zagat/zagats.csv");
        var (_, result) = LinkageData.Match("company=name,address=addr,city=city,phone=phone", left, right);
        var truth = LinkageData.Rows("rl_fodors_zagat/matches_fodors_zagats.csv")
            .Select(pair => (left.FindIndex(row => row["id"] == pair["fodors_id"]), left.Count + right.FindIndex(row => row["id"] == pair["zagats_id"]))).ToHashSet();
        Assert.True(LinkageData.Quality(result, truth).F >= 0.98);
    }

    [Fact]
    public void Products_of_abt_and_buy_are_linked_by_their_names_alone()
    {
        var (left, right) = (LinkageData.Rows("rl_abt_buy/abt.csv", '|'), LinkageData.Rows("rl_abt_buy/buy.csv", '|'));
        var (_, result) = LinkageData.Match("text=name", left, right);
        var truth = LinkageData.Rows("rl_abt_buy/gt.csv", '|').Select(pair => (int.Parse(pair["D1"]), left.Count + int.Parse(pair["D2"]))).ToHashSet();
        Assert.True(LinkageData.Quality(result, truth).F >= 0.87);
    }

    [Fact]
    public void People_with_many_missing_values_are_deduplicated_through_each_other()
    {
        var rows = LinkageData.Rows("rl_splink_fake1000/fake_1000.csv");
        var (_, result) = LinkageData.Match("given=first_name,surname=surname,date=dob,city=city,email=email", rows);
        Assert.True(LinkageData.Quality(result, LinkageData.SameEntity(rows.Select(row => row["cluster"]))).F >= 0.93);
        Assert.Contains(result.Pairs, pair => pair.IsIndirect);
    }

    [Fact]
    public void Chinese_customers_are_deduplicated_and_namesakes_kept_apart()
    {
        var rows = LinkageData.Rows("cn_customers_synthetic/customers.csv");
        var entity = LinkageData.Rows("cn_customers_synthetic/gold.csv").ToDictionary(row => row["客户编号"], row => row["entity"], StringComparer.Ordinal);
        var (_, result) = LinkageData.Match("person=联系人,company=公司名称,phone=手机,email=邮箱,city=城市,address=地址", rows);
        var (precision, _, f) = LinkageData.Quality(result, LinkageData.SameEntity(rows.Select(row => entity[row["客户编号"]])));
        Assert.True(f >= 0.99);
        Assert.True(precision >= 0.99);
        Assert.True(result.Model.HasConverged);
    }

    [Theory]
    [InlineData("phone=手机", 0.6)]
    [InlineData("email=邮箱", 0.75)]
    [InlineData("company=公司名称", 0.6)]
    public void One_field_alone_finds_what_it_can_without_false_alarms(string field, double leastRecall)
    {
        var rows = LinkageData.Rows("cn_customers_synthetic/customers.csv");
        var entity = LinkageData.Rows("cn_customers_synthetic/gold.csv").ToDictionary(row => row["客户编号"], row => row["entity"], StringComparer.Ordinal);
        var (precision, recall, _) = LinkageData.Quality(LinkageData.Match(field, rows).Result, LinkageData.SameEntity(rows.Select(row => entity[row["客户编号"]])));
        Assert.True(precision >= 0.98);
        Assert.True(recall >= leastRecall);
    }
}
