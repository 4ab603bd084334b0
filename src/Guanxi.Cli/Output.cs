using System.Text.Encodings.Web;
using System.Text.Json;

namespace Guanxi.Cli;

public static class Output
{
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
