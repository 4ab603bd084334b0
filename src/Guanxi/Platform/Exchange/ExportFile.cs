using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Guanxi.Platform.Access;
using Guanxi.Platform.Exchange.Formats;
using Guanxi.Platform.Lists;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Exchange;

public enum ExportFormat
{
    Csv,
    Xlsx,
    Json,
    Vcf,
}

/// <summary>
/// Writes a list to a file: the rows and fields the actor may see, masked where he may not see all, streamed so that memory does not grow.
/// Every export is noted in the ledger with what was asked and how many rows went out, one that broke off too.
/// </summary>
public sealed class ExportFile(Workspace workspace)
{
    public static ExportFormat FormatNamed(string? name) => name?.ToLowerInvariant() switch
    {
        null or "" or "csv" => ExportFormat.Csv,
        "xlsx" => ExportFormat.Xlsx,
        "json" => ExportFormat.Json,
        "vcf" => ExportFormat.Vcf,
        _ => throw new RefusedException(Refusal.Invalid("format", ("format 应为 csv、xlsx、json 或 vcf", "format is csv, xlsx, json or vcf"))),
    };

    public static string MediaType(ExportFormat format) => format switch
    {
        ExportFormat.Csv => "text/csv; charset=utf-8",
        ExportFormat.Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ExportFormat.Vcf => "text/vcard; charset=utf-8",
        _ => "application/json; charset=utf-8",
    };

    /// <summary>The list to export from the words of a request, checked against the actor's rights before the first byte goes out.</summary>
    /// <param name="chosen">The records that are meant, of those that fit; null for all of them.</param>
    /// <exception cref="RefusedException">The actor may not export, or the question is wrong.</exception>
    public static ListQuery Parse(Actor actor, RecordType type, ExportFormat format, string? filter, string? sort, string? fields, string? words = null, IReadOnlyList<Guid>? chosen = null)
    {
        if (!actor.On(type).Export)
        {
            throw new RefusedException(ImportRefusals.MayNotExport(type));
        }

        var query = ListQuery.Parse(actor, type, filter, sort, fields, words: words);
        if (chosen is not null)
        {
            var named = new FilterNode.Compare("id", "in", [.. chosen.Select(id => new FilterValue(id.ToString(), Quoted: true))]);
            query = query with { Filter = query.Filter is { } also ? new FilterNode.And([also, named]) : named, Chosen = chosen.Count };
        }

        if (format == ExportFormat.Vcf)
        {
            return query with { Fields = CardRow.FieldsOf(actor, type) };
        }

        return string.IsNullOrWhiteSpace(fields)
            ? query with { Fields = [.. query.Fields.Where(field => format == ExportFormat.Json || (field.Kind != FieldKind.Json && field.Name != "version"))] }
            : query with { Fields = [.. query.Fields.Where(field => format == ExportFormat.Json || !field.System || fields.Split(',').Any(name => name.Trim() == field.Name))] };
    }

    /// <summary>Writes the file and answers how many records are in it.</summary>
    /// <param name="query">From <see cref="Parse"/>.</param>
    /// <param name="filter">The words of the filter, for the ledger.</param>
    public async Task<long> RunAsync(Actor actor, ListQuery query, string? filter, ExportFormat format, Stream output, CancellationToken cancel = default)
    {
        var rows = 0L;
        try
        {
            await using var session = await workspace.Database.ReadAsync(cancel);
            var reading = new ExportReading(actor, query, session, workspace.Now);
            switch (format)
            {
                case ExportFormat.Json:
                    await JsonAsync(reading, output, () => rows++, cancel);
                    break;
                case ExportFormat.Vcf:
                    await CardsAsync(reading, output, () => rows++, cancel);
                    break;
                default:
                    await TableAsync(reading, format == ExportFormat.Csv ? new CsvWriting(output) : new XlsxWriting(output, query.Type.Label.In(actor.Language)), () => rows++, cancel);
                    break;
            }
        }
        finally
        {
            var what = JsonSerializer.Serialize(new { format = format.ToString().ToLowerInvariant(), actor.From, filter, query.Words, query.Chosen, fields = query.Fields.Select(field => field.Name), rows }, Plain);
            await workspace.WriteAsync(
                actor,
                context =>
                {
                    context.Note("export", query.Type.Name, changes: what);
                    return Task.CompletedTask;
                },
                cancel: CancellationToken.None);
        }

        return rows;
    }

    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task TableAsync(ExportReading reading, TableWriter table, Action row, CancellationToken cancel)
    {
        await using (table)
        {
            await table.WriteHeaderAsync(reading.Header(), cancel);
            var cells = new object?[reading.Plan.Count];
            await foreach (var _ in reading.RowsAsync(cancel))
            {
                for (var i = 0; i < cells.Length; i++)
                {
                    cells[i] = reading.Cell(i);
                }

                await table.WriteRowAsync(cells, cancel);
                row();
            }
        }
    }

    private static async Task CardsAsync(ExportReading reading, Stream output, Action row, CancellationToken cancel)
    {
        await using var cards = new VCardWriting(output);
        var card = new CardRow(reading);
        await foreach (var _ in reading.RowsAsync(cancel))
        {
            await cards.WriteAsync(card.Read(), cancel);
            row();
        }
    }

    private static async Task JsonAsync(ExportReading reading, Stream output, Action row, CancellationToken cancel)
    {
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        pipe.Write("["u8);
        var first = true;
        await using (var writer = new Utf8JsonWriter((IBufferWriter<byte>)pipe, ListReader.Json))
        {
            await foreach (var _ in reading.RowsAsync(cancel))
            {
                pipe.Write(first ? "\n"u8 : ",\n"u8);
                writer.Reset();
                reading.WriteJson(writer);
                writer.Flush();
                first = false;
                row();
                if (pipe.UnflushedBytes > 64 * 1024)
                {
                    await pipe.FlushAsync(cancel);
                }
            }

            writer.Reset();
        }

        pipe.Write("\n]\n"u8);
        await pipe.CompleteAsync();
    }
}
