using System.Text.Json;
using System.Text.Json.Nodes;

namespace Guanxi.Platform.Fields;

/// <summary>JSON merge patch (RFC 7396).</summary>
public static class MergePatch
{
    public static string Apply(string target, JsonElement patch) =>
        (Merge(JsonNode.Parse(target), JsonNode.Parse(patch.GetRawText())) ?? new JsonObject()).ToJsonString(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Merge(result[name]?.DeepClone(), value);
            }
        }

        return result;
    }
}
