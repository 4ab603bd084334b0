namespace Guanxi.Server.Api;

public static class OpenApiDocument
{
    public static void MapOpenApiDocument(this WebApplication app) => _ = app;
}
