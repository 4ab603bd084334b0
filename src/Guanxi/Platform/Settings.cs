using Guanxi.Database;

namespace Guanxi.Platform;

/// <summary>What a company sets once: its name, language, time zone and currency.</summary>
public sealed record Settings(string CompanyName, string Language, string TimeZone, string Currency)
{
    public static async Task<Settings> ReadAsync(DatabaseSession session, CancellationToken cancel = default)
    {
        var values = (await session.ListAsync(Sql.Of($"SELECT name, value FROM setting"), row => (Name: row.Text(0), Value: row.OptionalText(1)), cancel)).ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
        return new Settings(values.GetValueOrDefault("company") ?? "", values.GetValueOrDefault("language") ?? "zh-Hans", values.GetValueOrDefault("time-zone") ?? "Asia/Shanghai", values.GetValueOrDefault("currency") ?? "CNY");
    }

    public static async Task PutAsync(DatabaseSession session, string name, string? value, CancellationToken cancel = default) =>
        await session.ExecuteAsync(Sql.Of($"INSERT INTO setting (name, value) VALUES ({name}, {value}) ON CONFLICT (name) DO UPDATE SET value = excluded.value"), cancel);
}
