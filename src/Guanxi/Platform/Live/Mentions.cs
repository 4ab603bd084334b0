using System.Text.RegularExpressions;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Live;

/// <summary>People named in a text as @[name](user:id); they are told, and follow the record from then on.</summary>
public static partial class Mentions
{
    public static async ValueTask NotifyAsync(SaveContext context, Record record, string? text, string title)
    {
        if (text is null || !text.Contains("](user:", StringComparison.Ordinal))
        {
            return;
        }

        var before = record.Before(record.Type["content"]) as string ?? "";
        foreach (var id in Named().Matches(text).Select(match => Guid.TryParse(match.Groups["id"].ValueSpan, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().Take(50))
        {
            if (!before.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                await Notifications.SendAsync(context, id, "mention", record.Type.Name, record.Id, title, ("{0} 提到了你", "{0} mentioned you"));
            }
        }
    }

    [GeneratedRegex(@"@\[[^\]\n]{1,60}\]\(user:(?<id>[0-9a-fA-F-]{36})\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
