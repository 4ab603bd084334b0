using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Guanxi.Faults.World;

/// <summary>Clerks who write customers down, change them and attach files, and remember exactly what was acknowledged to them.</summary>
public sealed class Clerks(string token, int count = 4) : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(60) };
    private readonly ConcurrentDictionary<int, int> answers = new();
    private readonly ConcurrentQueue<string> badly = new();
    private TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int acknowledged;
    private int run;

    /// <summary>What is known of a customer: what was acknowledged last, and what was sent since without an answer and so may be there or not.</summary>
    public sealed class Line(string name)
    {
        public string Name { get; } = name;

        public string? Note { get; set; }

        public List<string> Perhaps { get; } = [];
    }

    public ConcurrentDictionary<Guid, Line> Customers { get; } = new();

    /// <summary>Acknowledged files: id and SHA-256 of what was sent.</summary>
    public ConcurrentDictionary<Guid, string> Files { get; } = new();

    public int Acknowledged => Volatile.Read(ref acknowledged);

    /// <summary>How many answers came with this status.</summary>
    public int Answers(HttpStatusCode status) => answers.GetValueOrDefault((int)status);

    public int AnswersBut(params HttpStatusCode[] expected) => answers.Where(pair => !expected.Contains((HttpStatusCode)pair.Key)).Sum(pair => pair.Value);

    /// <summary>Answers that said nothing a person could act on.</summary>
    public IEnumerable<string> Badly => badly;

    /// <summary>Waits until enough has happened, looked at after every answer; or until they have stopped working.</summary>
    public async Task UntilAsync(Func<bool> enough, Task? work = null)
    {
        for (var patience = Task.Delay(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken); ;)
        {
            var next = Volatile.Read(ref answered).Task;
            if (enough() || work?.IsCompleted == true)
            {
                return;
            }

            var first = await Task.WhenAny([next, patience, .. work is null ? [] : new[] { work }]);
            Assert.True(first != patience, $"nothing came of it after {Acknowledged} acknowledged writes; answers: {string.Join(", ", answers.Select(pair => $"{pair.Value} × {pair.Key}"))}; {string.Join("; ", badly.Take(3))}");
        }
    }

    /// <summary>Waits until so many more writes were acknowledged.</summary>
    public Task ReachAsync(int more, Task? work = null)
    {
        var goal = Acknowledged + more;
        return UntilAsync(() => Acknowledged >= goal, work);
    }

    private void Signal() => Interlocked.Exchange(ref answered, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>Works until stopped or, unless they are to go on, until the server is gone.</summary>
    public Task WorkAsync(Uri address, CancellationToken stop, bool goOn = false)
    {
        var number = Interlocked.Increment(ref run);
        return Task.WhenAll(Enumerable.Range(0, count).Select(clerk => Task.Run(() => ClerkAsync(address, number, clerk, goOn, stop), CancellationToken.None)));
    }

    private async Task ClerkAsync(Uri address, int number, int clerk, bool goOn, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            try
            {
                await OneAsync(address, $"客户-{number}-{clerk}-{i}", i);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
            {
                if (!goOn)
                {
                    return;
                }

                await Task.Delay(10, CancellationToken.None);
            }
            finally
            {
                Signal();
            }
        }
    }

    private async Task OneAsync(Uri address, string name, int i)
    {
        if (await SendAsync(HttpMethod.Post, new Uri(address, "/api/v1/customers"), JsonContent.Create(new { name, phone = "13800138000" })) is not { } made)
        {
            return;
        }

        var id = made.GetProperty("id").GetGuid();
        var line = Customers[id] = new Line(name);
        Interlocked.Increment(ref acknowledged);
        if (i % 2 == 0)
        {
            var note = $"备注-{name}";
            line.Perhaps.Add(note);
            if (await SendAsync(HttpMethod.Patch, new Uri(address, $"/api/v1/customers/{id}"), JsonContent.Create(new { note })) is not null)
            {
                line.Note = note;
                line.Perhaps.Clear();
                Interlocked.Increment(ref acknowledged);
            }
        }

        if (i % 3 == 0)
        {
            var bytes = RandomNumberGenerator.GetBytes(3000);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } }, "file", "合同.bin" } };
            if (await SendAsync(HttpMethod.Post, new Uri(address, $"/api/v1/customers/{id}/files"), form) is { } file)
            {
                Files[file.GetProperty("id").GetGuid()] = Convert.ToHexStringLower(SHA256.HashData(bytes));
                Interlocked.Increment(ref acknowledged);
            }
        }
    }

    /// <summary>The answer's JSON when it was acknowledged.</summary>
    private async Task<JsonElement?> SendAsync(HttpMethod method, Uri address, HttpContent content)
    {
        using var request = new HttpRequestMessage(method, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.AcceptLanguage.ParseAdd("en");
        using var answer = await client.SendAsync(request, CancellationToken.None);
        var text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
        answers.AddOrUpdate((int)answer.StatusCode, 1, (_, before) => before + 1);
        Signal();
        if (answer.IsSuccessStatusCode)
        {
            return JsonDocument.Parse(text).RootElement.Clone();
        }

        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json" || JsonDocument.Parse(text).RootElement.GetProperty("title").GetString() is not { Length: > 10 } || answer.StatusCode == HttpStatusCode.InternalServerError)
        {
            badly.Enqueue($"{(int)answer.StatusCode} {text}");
        }

        return null;
    }

    public void Dispose() => client.Dispose();
}
