using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Guanxi.Platform.Exchange;
using Guanxi.Tests.World;

namespace Guanxi.Tests.Platform.Exchange;

public sealed class ErrorWorkbookTests
{
    [Theory, BothDatabases]
    public async Task Rejected_rows_come_back_with_the_reason_and_the_wrong_cells_marked_and_can_be_mended_and_imported(Db db)
    {
        await using var company = await Company.OpenAsync(db);
        var result = await company.ImportTextAsync(company.ZhangWei, "客户名称,电话,级别\n好的,13800000001,VIP\n坏电话,+86,VIP\n坏级别,13800000002,金牌\n=cmd(),+86,VIP\n");
        Assert.Equal((1, 3), (result.Counts.Created, result.Counts.Rejected));
        var path = company.Write("", "errors.xlsx");
        await using (var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite))
        {
            await ErrorWorkbook.WriteAsync(company.Workspace, result.Batch!.Value, result.Columns, "zh-Hans", file, TestContext.Current.CancellationToken);
        }

        using (var zip = await ZipFile.OpenReadAsync(path, TestContext.Current.CancellationToken))
        {
            using var sheet = new StreamReader(await zip.GetEntry("xl/worksheets/sheet1.xml")!.OpenAsync(TestContext.Current.CancellationToken), Encoding.UTF8);
            var marked = Regex.Matches(await sheet.ReadToEndAsync(TestContext.Current.CancellationToken), "s=\"6\"><is><t xml:space=\"preserve\">(?<text>[^<]*)<", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["text"].Value).ToList();
            Assert.Equal(6, marked.Count);
            Assert.StartsWith("电话", marked[0], StringComparison.Ordinal);
            Assert.Equal(("'+86", "金牌"), (marked[1], marked[3]));
        }

        // The workbook goes in by the same mapping; what was not mended is refused again.
        var corrections = new Dictionary<long, IReadOnlyDictionary<string, string>> { [2] = new Dictionary<string, string> { ["电话"] = "13800000003" } };
        var again = await company.ImportAsync(company.ZhangWei, path, new ImportOptions { Type = "customers", Corrections = corrections });
        Assert.Equal((1, 2), (again.Counts.Created, again.Counts.Rejected));
        Assert.Equal("+8613800000003", (await company.OnlyAsync("坏电话")).Text("phone"));
        Assert.Equal("=cmd()", again.Rejects[1].Values[2]);
    }
}
