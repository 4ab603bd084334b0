using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform;
using Guanxi.Platform.Ledger;
using Guanxi.Platform.Lists;

namespace Guanxi.Server.Ledger;

/// <summary>Checks the whole ledger, one check at a time, and remembers what the last one found.</summary>
public static class LedgerChecks
{
    private const string Setting = "ledger-check";
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static async Task<LedgerReport> RunAsync(Workspace workspace, LedgerKeys keys, IReadOnlyList<Checkpoint.Read>? outside, CancellationToken cancel)
    {
        await OneAtATime.WaitAsync(cancel);
        try
        {
            var started = workspace.Clock.GetTimestamp();
            var report = await LedgerVerifier.RunAsync(workspace.Database, new LedgerVerifier.Options(workspace.Now, Schema: workspace.Schema, Keys: keys, Outside: outside), cancel);

            var buffer = new ArrayBufferWriter<byte>();
            await using (var writer = new Utf8JsonWriter(buffer, ListReader.Json))
            {
                writer.WriteStartObject();
                writer.WriteString("at", RecordJson.Instant(workspace.Now.ToUnixTimeMilliseconds()));
                writer.WriteNumber("seconds", Math.Round(workspace.Clock.GetElapsedTime(started).TotalSeconds, 1));
                Write(writer, report, null);
                writer.WriteEndObject();
            }

            var said = Encoding.UTF8.GetString(buffer.WrittenSpan);
            await workspace.Database.WriteAsync(session => Settings.PutAsync(session, Setting, said, cancel), cancel);
            return report;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    /// <summary>The last check as JSON; null before the first.</summary>
    public static async Task<string?> LastAsync(DatabaseSession session, CancellationToken cancel) =>
        await session.ScalarAsync<string>(Sql.Of($"SELECT value FROM setting WHERE name = {Setting}"), cancel);

    /// <summary>The members of a report; sentences in the language, or in all three without one.</summary>
    public static void Write(Utf8JsonWriter writer, LedgerReport report, string? language)
    {
        writer.WriteBoolean("whole", report.Whole);
        writer.WriteNumber("entries", report.Entries);
        writer.WriteNumber("rows", report.Rows);
        writer.WriteNumber("checkpoints", report.Checkpoints);
        writer.WriteString("head", report.Head);
        writer.WriteString("root", report.Root);
        writer.WriteBoolean("more", report.More);
        if (report.BadSequence is { } bad)
        {
            writer.WriteNumber("badSequence", bad);
        }

        writer.WriteString("reason", report.Findings.Count == 0 ? null : report.Findings[0].Sentence.In(language ?? "en"));
        writer.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", finding.Kind);
            if (finding.Sequence is { } sequence)
            {
                writer.WriteNumber("seq", sequence);
            }

            writer.WriteString("type", finding.Type);
            if (finding.Record is { } record)
            {
                writer.WriteString("record", record);
            }

            writer.WriteString("field", finding.Field);
            if (language is not null)
            {
                writer.WriteString("sentence", finding.Sentence.In(language));
            }
            else
            {
                Api.RecordTypesApi.WriteLabel(writer, "sentences", finding.Sentence);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
