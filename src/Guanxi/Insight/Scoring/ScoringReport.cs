using System.Buffers;
using System.Text;
using System.Text.Json;
using Guanxi.Science.Common;
using Guanxi.Science.Scoring;

namespace Guanxi.Insight.Scoring;

/// <summary>What a run of the scoring found, as the JSON that is kept with it.</summary>
internal static class ScoringReport
{
    public static string Of(ScoredNoun noun, int closed, int won, int open, string method, Trial? trial, ClassifierResult? learnt, IReadOnlyList<Finding> findings, Drift drift)
    {
        var output = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(output))
        {
            writer.WriteStartObject();
            writer.WriteString("method", method);
            writer.WriteNumber("open", open);
            writer.WriteNumber("closed", closed);
            writer.WriteNumber("won", won);
            if (trial is not null)
            {
                writer.WriteStartObject("trial");
                writer.WriteNumber("deals", trial.Deals);
                Metrics(writer, "model", trial.Model);
                Metrics(writer, "rates", trial.Rates);
                writer.WriteEndObject();
            }

            writer.WriteStartArray("importance");
            foreach (var one in learnt?.Importance.Where(one => one.MeanContribution > 0) ?? [])
            {
                writer.WriteStartObject();
                writer.WriteString("column", one.Column);
                Number(writer, "weight", one.MeanContribution);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteStartObject("drift");
            writer.WriteNumber("deals", drift.Deals);
            if (drift is { Won: { } share, Foretold: { } foretold })
            {
                Number(writer, "won", share.Value);
                Number(writer, "low", share.Low);
                Number(writer, "high", share.High);
                Number(writer, "foretold", foretold);
            }

            writer.WriteEndObject();
            FindingWords.Write(writer, findings, noun.Columns);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static string Reasons(IReadOnlyList<Reason> reasons) => JsonSerializer.Serialize(reasons.Select(reason => new { column = reason.Column, value = reason.Value, weight = Math.Round(reason.Contribution, 4) }));

    private static void Metrics(Utf8JsonWriter writer, string name, BinaryMetrics metrics)
    {
        writer.WriteStartObject(name);
        Number(writer, "auc", metrics.Auc);
        Number(writer, "brier", metrics.Brier);
        writer.WriteStartArray("calibration");
        foreach (var bin in metrics.Calibration)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(bin.Records);
            writer.WriteNumberValue(Math.Round(bin.MeanPredicted, 4));
            writer.WriteNumberValue(Math.Round(bin.ObservedRate, 4));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, Math.Round(value, 6));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
