using System.IO.Compression;
using Guanxi.Platform.Exchange.Formats;
using Xunit;

namespace Guanxi.Tests.Platform.Exchange.Formats;

public sealed class WorkbookReadingTests
{
    [Fact]
    public void Every_real_workbook_is_read_or_refused_with_a_sentence()
    {
        int read = 0, refused = 0;
        foreach (string file in Directory.GetFiles(SharedData.Path("import_excel"), "*.xls*", SearchOption.AllDirectories))
        {
            using FileStream stream = File.OpenRead(file);
            try
            {
                using TableReader reader = TableReading.Open(stream, Path.GetFileName(file));
                Assert.Equal(TableKind.Workbook, reader.Kind);
                _ = reader.All();
                Assert.DoesNotContain("pwd", file);
                read++;
            }
            catch (UnreadableFileException error)
            {
                TestContext.Current.TestOutputHelper?.WriteLine($"{Path.GetFileName(file)}: {error.Reason.En} {error.InnerException?.Message}");
                Assert.NotEmpty(error.Reason.ZhHans);
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{read} read, {refused} refused");
        Assert.True(read >= 140, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData("Test10x10.xlsx", 10)]
    [InlineData("TestOpen.xlsb", null)]
    [InlineData("as3xls_BIFF2.xls", null)]
    [InlineData("as3xls_BIFF5.xls", null)]
    public void Workbooks_of_all_ages_are_read(string name, int? columns)
    {
        using FileStream stream = File.OpenRead(SharedData.Path("import_excel/" + name));
        using TableReader reader = TableReading.Open(stream, name);
        Assert.NotEmpty(reader.Columns);
        if (columns is { } count)
        {
            Assert.Equal(count, reader.Columns.Count);
        }
    }

    [Theory]
    [InlineData("", "*.xlsb")]
    [InlineData("strict", "*.xlsx")]
    public void A_binary_or_strict_workbook_says_the_same_as_its_ordinary_twin(string subfolder, string pattern)
    {
        string folder = SharedData.Path("import_excel");
        int twins = 0;
        var different = new List<string>();
        foreach (string file in Directory.GetFiles(Path.Combine(folder, subfolder), pattern).Where(file => !file.Contains("pwd", StringComparison.Ordinal) && !file.Contains("EmptyZip", StringComparison.Ordinal)))
        {
            string twin = Path.Combine(folder, Path.GetFileNameWithoutExtension(file) + ".xlsx");
            if (File.Exists(twin))
            {
                different.AddRange(Rows(twin).Split('\n').Except(Rows(file).Split('\n')).Take(2).Select(row => $"{Path.GetFileName(file)} {row} <> {Rows(file).Split('\n').Except(Rows(twin).Split('\n')).FirstOrDefault()}"));
                twins++;
            }
        }

        Assert.True(different.Count == 0, string.Join('\n', different));
        Assert.InRange(twins, 10, 100);
    }

    static string Rows(string file)
    {
        using FileStream stream = File.OpenRead(file);
        using TableReader reader = TableReading.Open(stream, file, new() { HasHeader = false });
        return string.Join('\n', reader.All().Select(row => $"{row.Number}: {string.Join('|', row.Texts()).TrimEnd('|')}"));
    }

    [Fact]
    public void An_encrypted_workbook_is_refused_because_of_its_password()
    {
        using FileStream stream = File.OpenRead(SharedData.Path("import_excel/agile_AES128_MD5_CBC_pwd_password.xlsx"));
        Assert.Contains("密码", Assert.Throws<UnreadableFileException>(() => TableReading.Open(stream, "a.xlsx")).Reason.ZhHans);
    }

    [Fact]
    public void A_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream entry = archive.CreateEntry("xl/worksheets/sheet1.xml").Open();
            entry.Write(new byte[4 * 1024 * 1024]);
        }

        var options = new TableReadingOptions { MaxUnpackedBytes = 1024 * 1024 };
        Assert.Contains("上限", Assert.Throws<UnreadableFileException>(() => TableReading.Open(stream, "bomb.xlsx", options)).Reason.ZhHans);
    }

    [Fact]
    public void A_zip_that_is_no_workbook_is_refused()
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("word/document.xml").Open().Dispose();
        }

        Assert.Contains("不是 Excel", Assert.Throws<UnreadableFileException>(() => TableReading.Open(stream, "a.docx")).Reason.ZhHans);
    }
}
