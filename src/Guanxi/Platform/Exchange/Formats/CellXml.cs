using System.Text;
using System.Xml;

namespace Guanxi.Platform.Exchange.Formats;

/// <summary>Texts of cells in XML, read in pieces: a hostile file may hold one of half a gigabyte.</summary>
static class CellXml
{
    /// <summary>More than the longest cell that is taken, so that a longer one is found to be too long.</summary>
    public const int MostCharacters = 300_000;

    [ThreadStatic]
    static char[]? chunk;

    /// <summary>The text of the element at hand; the reader stands behind it afterwards.</summary>
    public static string Content(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return "";
        }

        string first = "";
        StringBuilder? text = null;
        char[] buffer = chunk ??= new char[4096];
        int depth = xml.Depth;
        xml.Read();
        while (xml.Depth > depth || xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                for (int read; (read = xml.ReadValueChunk(buffer, 0, buffer.Length)) > 0 && (text?.Length ?? 0) < MostCharacters;)
                {
                    if (first.Length == 0 && text is null)
                    {
                        first = new string(buffer, 0, read);
                    }
                    else
                    {
                        (text ??= new StringBuilder(first)).Append(buffer, 0, read);
                    }
                }
            }

            if (!xml.Read())
            {
                break;
            }
        }

        xml.Read();
        return text?.ToString() ?? first;
    }

    /// <summary>The runs of a text joined, without the phonetic guides; the reader stands behind the element afterwards.</summary>
    public static string Runs(XmlReader xml)
    {
        var text = new StringBuilder();
        if (!xml.IsEmptyElement)
        {
            int depth = xml.Depth;
            xml.Read();
            while (xml.Depth > depth)
            {
                if (IsAt(xml, "t") && text.Length <= MostCharacters)
                {
                    text.Append(XmlConvert.DecodeName(Content(xml)));
                }
                else if (IsAt(xml, "rPh"))
                {
                    xml.Skip();
                }
                else
                {
                    xml.Read();
                }
            }
        }

        xml.Read();
        return text.ToString();
    }

    public static bool IsAt(XmlReader xml, string name) => xml.NodeType == XmlNodeType.Element && xml.LocalName == name;

    public static bool MoveTo(XmlReader xml, string name)
    {
        while (xml.Read())
        {
            if (IsAt(xml, name))
            {
                return true;
            }
        }

        return false;
    }
}
