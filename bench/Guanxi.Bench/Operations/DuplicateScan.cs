using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Guanxi.Bench.Server;

namespace Guanxi.Bench.Operations;

/// <summary>The scan of the whole base for duplicates, over HTTP, and then how long a change takes until it was looked at.</summary>
public static class DuplicateScan
{
    /// <param name="Followed">From a new customer that is there already to its pair in the steward's queue, in seconds.</param>
    public sealed record Result(long Customers, long Pairs, double Seconds, double CpuSeconds, double MegabytesMost, double Followed);

    /// <param name="token">Of somebody who sees every customer.</param>
    public static async Task<Result> RunAsync(ServerProcess server, string token, CancellationToken cancel)
    {
        using var client = new HttpClient { BaseAddress = new Uri(server.Address, "/api/v1/") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var (started, cpu, most, customers) = (Stopwatch.GetTimestamp(), server.CpuMilliseconds, 0.0, 0L);
        (await client.PostAsync(new Uri("./duplicates:scan", UriKind.Relative), Json("{}"), cancel)).EnsureSuccessStatusCode();
        while (true)
        {
            most = Math.Max(most, ProcessUse.Memory(server.Id).Own);
            using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("duplicates/scan", UriKind.Relative), cancel));
            var state = answer.RootElement.GetProperty("state").GetString();
            customers = Math.Max(customers, answer.RootElement.GetProperty("stage").GetString() == "comparing" ? answer.RootElement.GetProperty("total").GetInt64() : 0);
            if (state != "running")
            {
                var (seconds, used, found) = (Stopwatch.GetElapsedTime(started).TotalSeconds, (server.CpuMilliseconds - cpu) / 1000, answer.RootElement.GetProperty("found").GetInt64());
                return state == "done" ? new Result(customers, found, seconds, used, most, await FollowAsync(client, cancel)) : throw new InvalidOperationException($"The scan ended as {state}: {answer.RootElement.GetProperty("problem")}");
            }

            await Task.Delay(200, cancel);
        }
    }

    private static async Task<double> FollowAsync(HttpClient client, CancellationToken cancel)
    {
        var name = $"海明智业数据{Stopwatch.GetTimestamp()}有限公司";
        foreach (var _ in (int[])[1, 2])
        {
            (await client.PostAsync(new Uri("customers?confirm=duplicate", UriKind.Relative), Json(JsonSerializer.Serialize(new { name, city = "武汉市" })), cancel)).EnsureSuccessStatusCode();
        }

        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(2))
        {
            var cases = await client.GetStringAsync(new Uri("duplicates?limit=100", UriKind.Relative), cancel);
            if (cases.Contains(name, StringComparison.Ordinal))
            {
                break;
            }

            await Task.Delay(200, cancel);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static StringContent Json(string text) => new(text, System.Text.Encoding.UTF8, "application/json");
}
