using Guanxi.Platform.Records;

namespace Guanxi.Customers.Activities;

public static class ActivityWords
{
    /// <summary>The first line of what was written, or the kind's name when nothing was.</summary>
    public static string SubjectFrom(string? content, Field kind, string value)
    {
        var line = content?.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0);
        return line is null ? kind.Choices.First(choice => choice.Value == value).Label.ZhHans : line.Length <= 80 ? line : line[..79] + "…";
    }
}
