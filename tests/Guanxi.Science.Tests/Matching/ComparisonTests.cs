using Guanxi.Science.Matching.Comparison;

namespace Guanxi.Science.Tests.Matching;

public sealed class ComparisonTests
{
    // Computed with the R package stringdist.
    [Theory]
    [InlineData("MARTHA", "MARHTA", 0.9444, 0.9611)]
    [InlineData("DIXON", "DICKSONX", 0.7667, 0.8133)]
    [InlineData("DWAYNE", "DUANE", 0.8222, 0.8400)]
    [InlineData("北京华为技术有限公司", "华为技术有限公司", 0.9333, 0.9333)]
    [InlineData("万科企业", "万科企业股份", 0.8889, 0.9333)]
    public void Jaro_and_Winkler_give_the_published_likeness(string first, string second, double jaro, double winkler)
    {
        Assert.Equal(jaro, JaroWinkler.Similarity(first, second, 0), 4);
        Assert.Equal(winkler, JaroWinkler.Similarity(first, second), 4);
        Assert.Equal(JaroWinkler.Jaro(first, second), JaroWinkler.Jaro(second, first), 12);
    }

    [Theory]
    [InlineData("Robert", "R163")]
    [InlineData("Rupert", "R163")]
    [InlineData("Tymczak", "T522")]
    [InlineData("Pfister", "P236")]
    [InlineData("华为", "")]
    public void Soundex_follows_the_archives(string name, string code) => Assert.Equal(code, Soundex.Of(name));

    [Theory]
    [InlineData("北京华为技术有限公司", "华为技术有限公司", 2, 2)]
    [InlineData("kitten", "sitting", 3, 3)]
    [InlineData("ca", "ac", 2, 1)]
    [InlineData("", "abc", 3, 3)]
    public void Edits_are_counted(string first, string second, int levenshtein, int damerau)
    {
        Assert.Equal(levenshtein, EditDistance.Levenshtein(first, second));
        Assert.Equal(damerau, EditDistance.Damerau(first, second));
    }

    [Fact]
    public void One_edit_is_recognised_exactly_where_the_distance_says_so()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var first = Word(random);
            var second = Word(random);
            Assert.Equal(EditDistance.Damerau(first, second) <= 1, EditDistance.WithinOneEdit(first, second));
        }
    }

    [Fact]
    public void Bigrams_overlap_as_published() => Assert.Equal(0.7778, QGrams.Jaccard("北京华为技术有限公司", "华为技术有限公司"), 4);

    [Fact]
    public void Soft_tfidf_lets_misspelt_and_common_words_count_little()
    {
        var measure = new SoftTfIdf();
        foreach (var name in (string[])["acme trading company", "zenith trading company", "orion shipping company", "vega shipping company"])
        {
            measure.Learn(name.Split(' '));
        }

        var misspelt = measure.Similarity(["acme", "trading", "company"], ["acme", "tradings", "company"]);
        var other = measure.Similarity(["acme", "trading", "company"], ["zenith", "trading", "company"]);
        Assert.InRange(misspelt, 0.9, 1);
        Assert.InRange(other, 0.1, 0.6);
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => (char)('a' + random.Next(3))));
}
