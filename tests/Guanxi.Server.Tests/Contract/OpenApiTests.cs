using System.Text.Json;
using System.Text.RegularExpressions;
using Guanxi.Server.Tests.World;

namespace Guanxi.Server.Tests.Contract;

/// <summary>The document says what the server answers: real answers are checked against it.</summary>
public sealed class OpenApiTests(RunningServer server) : IClassFixture<RunningServer>
{
    private async Task<JsonElement> DocumentAsync()
    {
        using var client = new HttpClient();
        return JsonDocument.Parse(await client.GetStringAsync(new Uri(server.Address, "/openapi/v1.json"), TestContext.Current.CancellationToken)).RootElement.Clone();
    }

    [Fact]
    public async Task Answers_fit_the_document()
    {
        var boss = server.As("wangfang");
        var customer = await boss.MakeAsync("customers", new { name = "长沙银行", kind = "person", birthday = "1990-05-12", tags = new[] { "展会" }, employees = 3, annualRevenue = new { amount = "9.99", currency = "CNY" }, social = new[] { new { label = "微博", value = "x" } } });
        await boss.MakeAsync("contacts", new { name = "曾国藩", customer = customer.GetProperty("id") });
        await boss.MakeAsync("activities", new { kind = "call", content = "x", customer = customer.GetProperty("id") });
        var document = await DocumentAsync();
        foreach (var type in new[] { "customers", "contacts", "activities", "users", "teams", "roles" })
        {
            var schema = document.GetProperty("paths").GetProperty("/" + type).GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Fits(await boss.ReadAsync(type), schema, document, type);
        }

        var one = document.GetProperty("paths").GetProperty("/customers/{id}").GetProperty("get").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Fits(await boss.ReadAsync($"customers/{customer.GetProperty("id")}"), one, document, "customer");
    }

    [Fact]
    public async Task A_custom_field_is_in_the_document_at_once()
    {
        await (await server.As("wangfang").PostAsync("record-types/customers/fields", System.Net.Http.Json.JsonContent.Create(new { name = "model", kind = "text", labels = new { en = "Model" } }), TestContext.Current.CancellationToken)).JsonAsync();
        Assert.True((await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty("Customer").GetProperty("properties").TryGetProperty("model", out _));
    }

    [Fact]
    public async Task Every_reference_in_the_document_leads_somewhere()
    {
        var document = await DocumentAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (Match match in Regex.Matches(document.GetRawText(), "\"#/components/schemas/(?<name>[^\"]+)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
        {
            Assert.True(schemas.TryGetProperty(match.Groups["name"].Value, out _), match.Value);
        }

        Assert.True(document.GetProperty("paths").EnumerateObject().Count() > 60);
    }

    [Fact]
    public async Task Every_call_says_what_it_does_and_what_it_takes()
    {
        foreach (var path in (await DocumentAsync()).GetProperty("paths").EnumerateObject())
        {
            foreach (var call in path.Value.EnumerateObject())
            {
                Assert.True(call.Value.GetProperty("summary").GetString()!.Length > 0, $"{call.Name} {path.Name} has no summary in OpenApiOperations");
                Assert.True(call.Name is not ("post" or "patch") || WithoutBody.Any(ending => path.Name.EndsWith(ending, StringComparison.Ordinal)) || call.Value.TryGetProperty("requestBody", out _), $"{call.Name} {path.Name} shows no body");
            }
        }
    }

    /// <summary>Calls that say everything in their address.</summary>
    private static readonly string[] WithoutBody = ["/restore", "/scores/{id}:restore", ":train", ":run", ":order", ":reopen", ":undo", ":undo-move", ":start", ":verify", ":unretire", ":checkpoint", ":options", ":end-others", ":check", ":sign-out", ":reset-factors", ":passphrase", "/authenticator", "/recovery-codes"];

    /// <summary>As much of JSON Schema as the document uses.</summary>
    private static void Fits(JsonElement value, JsonElement schema, JsonElement document, string at)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        }

        if (schema.TryGetProperty("type", out var type))
        {
            var names = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(item => item.GetString()).ToList() : [type.GetString()];
            Assert.True(names.Any(name => Is(value, name!)), $"{at} is {value.ValueKind}, not {type}");
        }

        if (schema.TryGetProperty("pattern", out var pattern) && value.ValueKind == JsonValueKind.String)
        {
            Assert.Matches(new Regex(pattern.GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)), value.GetString()!);
        }

        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in value.EnumerateObject())
            {
                if (properties.TryGetProperty(property.Name, out var inner))
                {
                    Fits(property.Value, inner, document, $"{at}.{property.Name}");
                }
                else
                {
                    Assert.False(schema.TryGetProperty("additionalProperties", out var additional) && additional.ValueKind == JsonValueKind.False, $"{at}.{property.Name} is not in the document");
                }
            }
        }

        if (schema.TryGetProperty("required", out var required) && value.ValueKind == JsonValueKind.Object)
        {
            Assert.All(required.EnumerateArray(), name => Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{at}.{name} is missing"));
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
        {
            foreach (var item in value.EnumerateArray())
            {
                Fits(item, items, document, at + "[]");
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind == JsonValueKind.Null,
    };
}
