using System.Text;
using System.Text.Json;
using Guanxi.Database;

namespace Guanxi.Platform.Ledger;

/// <summary>All entries as JSON, one a line, in the form that docs/operate/ledger-format.md describes.</summary>
public static class LedgerExport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file whole or not at all; answers how many entries there are.</summary>
    public static async Task<long> WriteAsync(DatabaseSession session, string path, bool withValues, CancellationToken cancel = default)
    {
        var temporary = path + ".part";
        var count = 0L;
        await using (var writer = new StreamWriter(temporary, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16))
        {
            await foreach (var entry in LedgerRows.RangeAsync(session, 1, long.MaxValue, cancel))
            {
                var said = EntryOfProof.Of(entry);
                await writer.WriteAsync(JsonSerializer.Serialize(withValues ? said : said.WithoutValues(), Json) + "\n");
                count++;
            }
        }

        File.Move(temporary, path, overwrite: true);
        return count;
    }
}
