using System.Security.Cryptography;
using Guanxi.Platform;
using Guanxi.Platform.Exchange;
using Guanxi.Platform.Records;
using Guanxi.Server.Api;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Guanxi.Server.Exchange;

/// <summary>A file and its options as they were sent; the file lies under the data folder until this is disposed.</summary>
internal sealed class Upload : IDisposable
{
    public const long LargestFile = 300L * 1024 * 1024;
    private const int LargestOptions = 1024 * 1024;

    private Upload(string path) => Path = path;

    public string Path { get; }

    public string FileName { get; private set; } = "";

    /// <summary>The JSON of the options; null when none came.</summary>
    public string? Options { get; private set; }

    /// <summary>SHA-256 of the file, by which a repeated request is known.</summary>
    public string Hash { get; private set; } = "";

    /// <summary>Streams multipart/form-data with the parts file and options to disk.</summary>
    /// <exception cref="RefusedException">It is something else, has no file, or is too large.</exception>
    public static async Task<Upload> ReadAsync(HttpContext http, Workspace workspace)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= 200 } boundary)
        {
            throw new RefusedException(Refusal.Malformed(("请以 multipart/form-data 上传文件", "Send the file as multipart/form-data")));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestFile + LargestOptions;
        }

        var upload = new Upload(System.IO.Path.Combine(ImportFile.TemporaryFolder(workspace), Guid.CreateVersion7(workspace.Now).ToString("N") + ".upload"));
        try
        {
            await upload.ReadPartsAsync(new MultipartReader(boundary, http.Request.Body) { HeadersLengthLimit = 8 * 1024 }, http.RequestAborted);
            return upload.FileName.Length > 0 ? upload : throw new RefusedException(Refusal.Invalid("file", ("请上传一个文件", "Send one file")));
        }
        catch (Exception error)
        {
            upload.Dispose();
            if (error is IOException or InvalidDataException && error is not BadHttpRequestException)
            {
                throw new RefusedException(Refusal.Malformed(("上传的内容不完整", "What was sent is not complete")));
            }

            throw;
        }
    }

    private async Task ReadPartsAsync(MultipartReader parts, CancellationToken cancel)
    {
        while (await parts.ReadNextSectionAsync(cancel) is { } part)
        {
            if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
            {
                continue;
            }

            switch (HeaderUtilities.RemoveQuotes(disposition.Name).Value)
            {
                case "file" when FileName.Length == 0:
                    FileName = System.IO.Path.GetFileName((HeaderUtilities.RemoveQuotes(disposition.FileNameStar).Value ?? HeaderUtilities.RemoveQuotes(disposition.FileName).Value) is { Length: > 0 } name ? name : "file");
                    await SaveAsync(part.Body, cancel);
                    break;
                case "options":
                    Options = await TextAsync(part.Body, cancel);
                    break;
            }
        }
    }

    private async Task SaveAsync(Stream body, CancellationToken cancel)
    {
        await using var file = new FileStream(Path, FileMode.Create, FileAccess.Write, FileShare.None, 128 * 1024);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var total = 0L;
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if ((total += read) > LargestFile)
            {
                throw new RefusedException(new Refusal(413, "too-large", ("文件太大", "The file is too large")) { Detail = new Label($"最多 {LargestFile >> 20} MB", $"At most {LargestFile >> 20} MB") });
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        Hash = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<string> TextAsync(Stream body, CancellationToken cancel)
    {
        using var reader = new StreamReader(body);
        var text = new char[LargestOptions];
        var length = await reader.ReadBlockAsync(text, cancel);
        return length < text.Length ? new string(text, 0, length) : throw new RefusedException(Refusal.Malformed(("导入选项太大", "The options of the import are too large")));
    }

    /// <summary>Deletes the file, unless it was moved away to be kept.</summary>
    public void Dispose() => File.Delete(Path);
}
