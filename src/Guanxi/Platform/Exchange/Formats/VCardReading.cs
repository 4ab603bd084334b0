using System.Text;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Reads the cards of phones and mail programs (vCard 2.1, 3.0 and 4.0) as rows of a table whose columns have the names of contact fields.</summary>
sealed class VCardReading : TableReader
{
    readonly VCardLines lines;
    readonly Encoding fallback;
    readonly TableReadingOptions options;

    public VCardReading(Stream stream, TableReadingOptions options)
    {
        this.options = options;
        DetectedEncoding detected = TextEncodingDetector.Detect(stream);
        fallback = options.Encoding is null ? detected.Encoding : TextEncodingDetector.ByName(options.Encoding) ?? detected.Encoding;
        Encoding = fallback.WebName;
        Columns = VCardFields.Columns;
        stream.Position = detected.PreambleLength;
        // UTF-16 cards are rare; as UTF-8 bytes they read like all others.
        lines = new VCardLines(fallback is UnicodeEncoding ? System.Text.Encoding.CreateTranscodingStream(stream, fallback, new UTF8Encoding(false), leaveOpen: true) : stream);
        fallback = fallback is UnicodeEncoding ? new UTF8Encoding(false) : fallback;
    }

    public override TableKind Kind => TableKind.VCard;

    public override IEnumerable<ImportRow> Rows(CancellationToken cancellation = default)
    {
        var card = new List<VCardProperty>();
        long number = 0;
        int depth = 0;
        foreach (string line in lines.Read())
        {
            if (VCardProperty.Parse(line, fallback) is not { } property)
            {
                continue;
            }

            if (property is { Name: "BEGIN" } && IsCard(property))
            {
                depth++;
            }
            else if (property is { Name: "END" } && IsCard(property))
            {
                depth--;
                if (depth == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                    yield return Fit(++number, VCardFields.Row(card), options, reportShort: false);
                    card.Clear();
                }
            }
            else if (depth == 1)
            {
                // A card within the card is that of an assistant.
                card.Add(property);
            }
        }

        if (depth > 0 && card.Count > 0)
        {
            yield return Fit(++number, VCardFields.Row(card), options, reportShort: false) with { Problem = ("名片不完整，缺少 END:VCARD", "The card is incomplete: END:VCARD is missing") };
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lines.Dispose();
        }

        base.Dispose(disposing);
    }

    static bool IsCard(VCardProperty property) => property.Text.Equals("VCARD", StringComparison.OrdinalIgnoreCase);
}
