using System.Globalization;
using System.Text;
using Npgsql;

namespace Guanxi.Database;

/// <summary>COPY in its text form: it takes every column type as the text the server itself would read, tsvector and jsonb too, which the binary form does not.</summary>
internal sealed class PostgresBulkInsert : IAsyncDisposable
{
    private const int FlushAt = 32_000;
    private readonly NpgsqlCopyTextWriter writer;
    private readonly StringBuilder row = new(FlushAt + 4000);
    private bool complete;

    private PostgresBulkInsert(NpgsqlCopyTextWriter writer) => this.writer = writer;

    public static async ValueTask<PostgresBulkInsert> BeginAsync(DatabaseSession session, string table, IReadOnlyList<string> columns, CancellationToken cancel) =>
        new(await ((NpgsqlConnection)session.Connection).BeginTextImportAsync($"COPY {table} ({string.Join(',', columns)}) FROM STDIN", cancel));

    public async ValueTask AddAsync(object?[] values, CancellationToken cancel)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (i > 0)
            {
                row.Append('\t');
            }

            Append(values[i]);
        }

        row.Append('\n');
        if (row.Length >= FlushAt)
        {
            await writer.WriteAsync(row, cancel);
            row.Clear();
        }
    }

    public async ValueTask CompleteAsync(CancellationToken cancel)
    {
        await writer.WriteAsync(row, cancel);
        complete = true;
        await writer.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!complete)
        {
            await writer.CancelAsync();
            await writer.DisposeAsync();
        }
    }

    private void Append(object? value)
    {
        switch (value)
        {
            case null:
                row.Append("\\N");
                break;
            case string text:
                Escape(text);
                break;
            case long number:
                row.Append(number);
                break;
            case Guid id:
                row.Append(id);
                break;
            case byte[] bytes:
                row.Append("\\\\x").Append(Convert.ToHexStringLower(bytes));
                break;
            case DateTimeOffset at:
                row.Append(at.ToUnixTimeMilliseconds());
                break;
            case bool yes:
                row.Append(yes ? '1' : '0');
                break;
            case int number:
                row.Append(number);
                break;
            case decimal number:
                row.Append(((double)number).ToString("R", CultureInfo.InvariantCulture));
                break;
            case double number:
                row.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case DateOnly date:
                row.Append(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
                break;
            case TimeOnly time:
                row.Append(time.ToString("HH:mm", CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"A {value.GetType().Name} is kept in no column.", nameof(value));
        }
    }

    private void Escape(string text)
    {
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '\\':
                    row.Append("\\\\");
                    break;
                case '\n':
                    row.Append("\\n");
                    break;
                case '\r':
                    row.Append("\\r");
                    break;
                case '\t':
                    row.Append("\\t");
                    break;
                default:
                    row.Append(letter);
                    break;
            }
        }
    }

    /// <summary>Search terms as the text of a tsvector without places.</summary>
    public static string Vector(IEnumerable<string> terms)
    {
        var text = new StringBuilder(256);
        foreach (var term in terms)
        {
            text.Append('\'').Append(term.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)).Append("' ");
        }

        return text.ToString();
    }
}
