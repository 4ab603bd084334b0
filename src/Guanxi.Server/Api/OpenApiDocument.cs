using System.Text.Json;
using System.Text.Json.Nodes;
using Guanxi.Platform.Records;

namespace Guanxi.Server.Api;

/// <summary>OpenAPI 3.1 of everything under /api/v1, made from the routes that exist and the nouns as they are described now, custom fields included.</summary>
public static class OpenApiDocument
{
    public static void MapOpenApiDocument(this WebApplication app)
    {
        app.MapGet("/openapi/v1.json", (HttpContext http, IEnumerable<EndpointDataSource> sources) =>
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            return http.Response.WriteAsync(Create(http.Workspace().Schema, http.Language(), sources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()).ToJsonString(), http.RequestAborted);
        });
        app.MapGet("/api", (HttpContext http) => http.RequestServices.GetRequiredService<WebClient>().ServeAsync(http));
    }

    public static JsonObject Create(Schema schema, string language, IEnumerable<RouteEndpoint> endpoints)
    {
        var paths = new JsonObject();
        foreach (var endpoint in endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api/v1/", StringComparison.Ordinal) && !endpoint.RoutePattern.RawText.Contains("**", StringComparison.Ordinal))
                     .OrderBy(endpoint => endpoint.RoutePattern.RawText, StringComparer.Ordinal))
        {
            var path = "/" + string.Join('/', endpoint.RoutePattern.RawText!["/api/v1/".Length..].Split('/').Select(Plain));
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            {
                var item = (JsonObject)(paths[path] ??= new JsonObject());
                item[method.ToLowerInvariant()] = Operation(schema, language, path, method);
            }
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "Guanxi", ["version"] = "1", ["description"] = "Customer relationship management. What a person can do in the page, a program can do here." },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/api/v1" }),
            ["security"] = new JsonArray(new JsonObject { ["token"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject { ["token"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer" } },
                ["schemas"] = Schemas(schema),
            },
        };
    }

    /// <summary>{id:guid} reads {id} to the outside.</summary>
    private static string Plain(string segment)
    {
        var colon = segment.IndexOf(':', StringComparison.Ordinal);
        var close = segment.IndexOf('}', StringComparison.Ordinal);
        return colon > 0 && close > colon ? segment[..colon] + segment[close..] : segment;
    }

    private static JsonObject Operation(Schema schema, string language, string path, string method)
    {
        var noun = path.Trim('/').Split('/', ':')[0];
        var type = schema.Find(noun);
        var parameters = new JsonArray();
        foreach (var part in path.Split('{').Skip(1).Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]))
        {
            parameters.Add(new JsonObject
            {
                ["name"] = part,
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = part is "id" or "share" or "file" ? new JsonObject { ["type"] = "string", ["format"] = "uuid" } : new JsonObject { ["type"] = part == "seq" ? "integer" : "string" },
            });
        }

        var isList = type is not null && path == "/" + noun && method == "GET";
        var about = OpenApiOperations.Find(type, method, path);
        foreach (var name in about?.Query.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            parameters.Add(new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = name == "limit" ? "integer" : "string" } });
        }

        var operation = new JsonObject
        {
            ["operationId"] = method.ToLowerInvariant() + string.Concat(path.Split('/', '{', '}', ':', '-').Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part[1..])),
            ["summary"] = about?.Summary.In(language) ?? "",
            ["tags"] = new JsonArray(noun),
            ["parameters"] = parameters,
            ["responses"] = Responses(type, path, method, isList),
        };
        if (method is "POST" or "PATCH" or "PUT" && type is not null && (path == "/" + noun || path == $"/{noun}/{{id}}"))
        {
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(Reference(SchemaName(type) + "Values"), method == "PATCH" ? "application/merge-patch+json" : "application/json", OpenApiOperations.Example(type)) };
        }
        else if (about?.Body is { } body)
        {
            operation["requestBody"] = new JsonObject { ["content"] = Content(Shape(JsonNode.Parse(body)), example: JsonNode.Parse(body)) };
        }
        else if (about is { IsFile: true })
        {
            var file = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["file"] = new JsonObject { ["type"] = "string", ["format"] = "binary" }, ["options"] = new JsonObject { ["type"] = "string" } } };
            operation["requestBody"] = new JsonObject { ["required"] = true, ["content"] = Content(file, "multipart/form-data") };
        }

        return operation;
    }

    /// <summary>The kinds of what an example has. Others may be taken besides, so nothing is forbidden or asked for by it.</summary>
    private static JsonObject Shape(JsonNode? example) => example switch
    {
        JsonObject fields => new JsonObject { ["type"] = "object", ["properties"] = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, (JsonNode?)Shape(field.Value)))) },
        JsonArray items => new JsonObject { ["type"] = "array", ["items"] = items.Count > 0 ? Shape(items[0]) : new JsonObject() },
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True or JsonValueKind.False => new JsonObject { ["type"] = "boolean" },
            JsonValueKind.Number => new JsonObject { ["type"] = "number" },
            _ => value.GetValue<string>() switch
            {
                "ID" => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
                var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", out _) => new JsonObject { ["type"] = "string", ["format"] = "date" },
                _ => new JsonObject { ["type"] = "string" },
            },
        },
        _ => new JsonObject(),
    };

    private static JsonObject Responses(RecordType? type, string path, string method, bool isList)
    {
        var responses = new JsonObject();
        var answersRecord = type is not null && ((method == "POST" && path == "/" + type.Name) || ((method is "GET" or "PATCH") && path == $"/{type.Name}/{{id}}"));
        if (isList)
        {
            responses["200"] = new JsonObject
            {
                ["description"] = "A page of records.",
                ["content"] = Content(new JsonObject
                {
                    ["type"] = "object",
                    ["required"] = new JsonArray("items", "next"),
                    ["properties"] = new JsonObject
                    {
                        ["items"] = new JsonObject { ["type"] = "array", ["items"] = Reference(SchemaName(type!)) },
                        ["next"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                        ["count"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["value"] = new JsonObject { ["type"] = "integer" }, ["exact"] = new JsonObject { ["type"] = "boolean" } } },
                    },
                }),
            };
        }
        else if (answersRecord)
        {
            responses[method == "POST" ? "201" : "200"] = new JsonObject { ["description"] = "The record.", ["content"] = Content(Reference(SchemaName(type!))) };
        }
        else
        {
            responses[method == "DELETE" ? "204" : "200"] = new JsonObject { ["description"] = "Done." };
        }

        responses["default"] = new JsonObject { ["description"] = "Why it was not done.", ["content"] = Content(Reference("Problem"), "application/problem+json") };
        return responses;
    }

    private static JsonObject Content(JsonObject schema, string mediaType = "application/json", JsonNode? example = null)
    {
        var media = new JsonObject { ["schema"] = schema };
        if (example is not null)
        {
            media["example"] = example;
        }

        return new JsonObject { [mediaType] = media };
    }

    private static JsonObject Reference(string name) => new() { ["$ref"] = "#/components/schemas/" + name };

    private static string SchemaName(RecordType type) => char.ToUpperInvariant(type.Singular[0]) + type.Singular[1..];

    private static JsonObject Schemas(Schema schema)
    {
        var schemas = new JsonObject
        {
            ["Problem"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("type", "title", "status", "traceId"),
                ["properties"] = new JsonObject
                {
                    ["type"] = new JsonObject { ["type"] = "string" },
                    ["title"] = new JsonObject { ["type"] = "string" },
                    ["status"] = new JsonObject { ["type"] = "integer" },
                    ["detail"] = new JsonObject { ["type"] = "string" },
                    ["rule"] = new JsonObject { ["type"] = "string" },
                    ["errors"] = new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } } },
                    ["traceId"] = new JsonObject { ["type"] = "string" },
                },
            },
            ["Money"] = new JsonObject
            {
                ["type"] = "object",
                ["required"] = new JsonArray("amount", "currency"),
                ["properties"] = new JsonObject { ["amount"] = new JsonObject { ["type"] = "string", ["pattern"] = @"^-?\d+(\.\d{1,4})?$" }, ["currency"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Z]{3}$" } },
            },
            ["Reference"] = new JsonObject
            {
                ["type"] = "object",
                ["description"] = "What is referred to, with its name; of what the caller may not see, or what lies in the recycle bin, only hidden = true.",
                ["properties"] = new JsonObject { ["id"] = new JsonObject { ["type"] = "string", ["format"] = "uuid" }, ["name"] = new JsonObject { ["type"] = "string" }, ["hidden"] = new JsonObject { ["type"] = "boolean" } },
            },
        };
        foreach (var type in schema.Types)
        {
            var record = new JsonObject();
            var values = new JsonObject();
            foreach (var field in type.Shown)
            {
                record[field.Name] = FieldSchema(field);
                if (field.Kind == FieldKind.Birthday)
                {
                    record["age"] = new JsonObject { ["type"] = "integer" };
                }

                if (field.Writable)
                {
                    values[field.Name] = new JsonObject { ["description"] = field.Label.En };
                }
            }

            schemas[SchemaName(type)] = new JsonObject { ["type"] = "object", ["required"] = new JsonArray("id", "version"), ["properties"] = record, ["additionalProperties"] = false };
            schemas[SchemaName(type) + "Values"] = new JsonObject { ["type"] = "object", ["properties"] = values };
        }

        return schemas;
    }

    private static JsonObject FieldSchema(Field field)
    {
        var schema = field.Kind switch
        {
            FieldKind.Id => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
            FieldKind.Integer => new JsonObject { ["type"] = "integer" },
            FieldKind.Rating => new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = 5 },
            FieldKind.Number => new JsonObject { ["type"] = "number" },
            FieldKind.Formula => new JsonObject { ["type"] = new JsonArray("number", "string", "boolean") },
            FieldKind.YesNo => new JsonObject { ["type"] = "boolean" },
            FieldKind.Instant => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            FieldKind.Date => new JsonObject { ["type"] = "string", ["format"] = "date" },
            FieldKind.Money => Reference("Money"),
            FieldKind.Reference => Reference("Reference"),
            FieldKind.Choices or FieldKind.Tags => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
            FieldKind.ContactPoints => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["label"] = new JsonObject { ["type"] = "string" }, ["value"] = new JsonObject { ["type"] = "string" } } } },
            FieldKind.Address => new JsonObject { ["type"] = "object" },
            FieldKind.Json => new JsonObject { ["type"] = new JsonArray("object", "array") },
            _ => new JsonObject { ["type"] = "string" },
        };
        if (!schema.ContainsKey("$ref"))
        {
            schema["description"] = field.Label.En;
        }

        return schema;
    }
}
