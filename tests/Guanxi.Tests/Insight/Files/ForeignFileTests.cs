using System.Globalization;
using System.Text;
using Guanxi.Insight.Files;
using Guanxi.Science.Common;
using Guanxi.Science.LifetimeValue;

namespace Guanxi.Tests.Insight.Files;

/// <summary>Logs as other programs, countries and centuries write them: the same purchases come out of each.</summary>
public sealed class ForeignFileTests : IDisposable
{
    private static readonly (string Customer, DateOnly Day, double Amount)[] Truth =
    [
        ("C1", new DateOnly(2024, 1, 31), 1234.5), ("C2", new DateOnly(2024, 2, 3), 20.25), ("C1", new DateOnly(2024, 3, 4), 1000), ("C3", new DateOnly(2024, 12, 24), 0.75), ("C2", new DateOnly(2025, 1, 5), 99),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("guanxi-foreign-").FullName;

    static ForeignFileTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private FileInfo Save(string text, string encoding = "utf-8")
    {
        var path = Path.Combine(folder, $"{Guid.CreateVersion7()}.csv");
        var bytes = Encoding.GetEncoding(encoding);
        File.WriteAllBytes(path, [.. bytes.GetPreamble(), .. bytes.GetBytes(text)]);
        return new FileInfo(path);
    }

    private static string Lines(string header, Func<string, DateOnly, double, FormattableString> line) => header + string.Concat(Truth.Select(item => line(item.Customer, item.Day, item.Amount).ToString(CultureInfo.InvariantCulture) + "\n"));

    private static string European(double amount) => amount.ToString("N2", CultureInfo.GetCultureInfo("de-DE"));

    private static void IsTruth(PurchaseFile file) =>
        Assert.Equal(Truth.Select(item => new Purchase(item.Customer, item.Day, item.Amount)), file.Log!);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("windows-1252")]
    [InlineData("utf-16")]
    public void German_excel_with_semicolons_points_for_days_and_commas_for_cents(string encoding) =>
        IsTruth(PurchaseFile.Read(Save(Lines("Kunde;Datum;Umsatz (€)\n", (who, day, amount) => $"{who};{day:dd.MM.yyyy};{European(amount)} €"), encoding)));

    [Fact]
    public void Chinese_excel_in_gb18030() =>
        IsTruth(PurchaseFile.Read(Save(Lines("客户编号,下单日期,金额\n", (who, day, amount) => $"{who},{day:yyyy年M月d日},\"￥{amount:N2}\""), "GB18030")));

    [Fact]
    public void American_dates_with_two_digits_dollars_and_a_name_of_its_own_for_the_amount() =>
        IsTruth(PurchaseFile.Read(Save(Lines("Customer ID,Order Date,tran_amount_usd\n", (who, day, amount) => $"{who},{day:M/d/yy} 8:26,\"${amount:N2}\""))));

    [Fact]
    public void British_dates_are_known_by_the_one_that_fits_no_other_way() =>
        IsTruth(PurchaseFile.Read(Save(Lines("client,date,amount\n", (who, day, amount) => $"{who},{day:dd\\/MM\\/yyyy},£{amount:0.00}"))));

    [Fact]
    public void Excels_own_hint_of_the_separator() =>
        IsTruth(PurchaseFile.Read(Save("sep=;\n" + Lines("customer;date;amount\n", (who, day, amount) => $"{who};{day:yyyy-MM-dd};{European(amount)}"))));

    [Fact]
    public void Semicolons_and_decimal_commas_without_a_header() =>
        IsTruth(PurchaseFile.Read(Save(Lines("", (who, day, amount) => $"{who};{day:dd.MM.yyyy};{amount.ToString("0.00", CultureInfo.GetCultureInfo("de-DE"))}"))));

    [Fact]
    public void A_table_of_r_with_quotes_blanks_and_names_of_rows() =>
        IsTruth(PurchaseFile.Read(Save(Lines("\"customer\" \"date\" \"amount\"\n", (who, day, amount) => $"\"7\" \"{who}\" \"{day:yyyy-MM-dd}\" {amount}"))));

    [Fact]
    public void Notes_with_line_breaks_and_moments_with_zones() =>
        IsTruth(PurchaseFile.Read(Save(Lines("user_id,created_at,note,value\n", (who, day, amount) => $"{who},{day:yyyy-MM-dd}T12:30:00.000Z,\"two\nlines, \"\"quoted\"\"\",{amount}"))));

    [Fact]
    public void Columns_of_no_usual_name_are_named_by_the_analyst()
    {
        var file = Save(Lines("wer,wann,wieviel\n", (who, day, amount) => $"{who},{day:d-MMM-yyyy},{amount}"));
        IsTruth(PurchaseFile.Read(file, asked: new PurchaseColumns("wer", "wann", "wieviel")));
        Assert.Contains("no column wo", Assert.Throws<UnsuitableDataException>(() => PurchaseFile.Read(file, asked: new PurchaseColumns("wo", "wann"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_doubtful_is_said()
    {
        var file = PurchaseFile.Read(Save("customer,date,amount\nA,3/4/2026,10\nA,3/4/2026,10\nB,5/6/2026,NaN\nB,7/8/2026,1e300\nC,9/10/2026,0\n"));
        Assert.Equal(["amounts-unread", "amounts-zero", "dates-open", "rows-twice"], file.Findings.Select(finding => finding.Code).Order(StringComparer.Ordinal));
        Assert.Equal([10, 10, null, null, 0], file.Log!.Select(purchase => purchase.Amount));
        var summary = PurchaseFile.Read(Save("id;frequency;recency;T\na;2;3,5;30\na;1;1,25;30\n"));
        Assert.Equal("customers-twice", Assert.Single(summary.Findings).Code);
        Assert.Equal(1.25, summary.Summaries![1].Recency);
    }

    [Theory]
    [InlineData("30-12-2010:11.02", "2010-12-30T11:02:00+00:00")]
    [InlineData("30/12/2010 11:02 PM", "2010-12-30T23:02:00+00:00")]
    [InlineData("30.12.2010 11:02:05", "2010-12-30T11:02:05+00:00")]
    [InlineData("2010/12/30 11:02:05.5+01:00", "2010-12-30T11:02:05.5+01:00")]
    [InlineData("20101230110205", "2010-12-30T11:02:05+00:00")]
    [InlineData("30-Dec-2010 11:02", "2010-12-30T11:02:00+00:00")]
    [InlineData("2010年12月30日 下午3时05分", "2010-12-30T15:05:00+00:00")]
    [InlineData("30.12.97", "1997-12-30T00:00:00+00:00")]
    public void A_moment_is_read_in_any_of_the_usual_writings(string cell, string moment)
    {
        Assert.True(DateText.For([cell]).TryReadMoment(cell, out var read));
        Assert.Equal(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture), read);
    }

    [Fact]
    public void Years_in_the_first_line_are_names_and_a_line_like_all_others_is_none()
    {
        Assert.True(DataTable.Read(Save("customer,2019,2020,2021\nA,1,2,3\nB,4,5,6\nC,7,8,9\n")).HasHeader);
        var bare = DataTable.Read(Save("39, State-gov, 77516, <=50K\n50, Private, 83311, >50K\n38, Private, 215646, <=50K\n"));
        Assert.Equal((false, 3, "column4"), (bare.HasHeader, bare.Rows.Count, bare.Header[3]));
        var dates = Assert.IsType<Science.Scoring.NumberColumn>(FeatureFile.Read(DataTable.Read(Save("joined,y\n2024-01-31,1\n?,0\n2024-02-01,1\n")), 0, [0, 1, 2]));
        Assert.Equal((1, "2024-01-31", ""), (dates.Values[2] - dates.Values[0], dates.Text(0), dates.Text(1)));
    }
}
