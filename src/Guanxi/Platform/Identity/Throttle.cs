using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Identity;

/// <summary>A budget of attempts: so many at once, and one comes back after each interval.</summary>
public sealed record Budget(string Key, int Most, TimeSpan Each);

/// <summary>
/// Slows guessing down. An attempt is taken from its budgets before the secret is tested and given back when it was right, so a thousand attempts sent at once get no further than one after the other.
/// Budgets live in the database, so that every server counts together; their keys are hashed, because strangers type passwords into the wrong box.
/// </summary>
public static class Throttle
{
    /// <summary>Takes one attempt from each budget, or from none: then it is refused with the time to wait.</summary>
    public static Task TakeAsync(GuanxiDatabase database, DateTimeOffset now, IReadOnlyList<Budget> budgets, CancellationToken cancel = default) => database.WriteAsync(
        async session =>
        {
            var wait = TimeSpan.Zero;
            // In one order everywhere, or two servers could each hold what the other wants.
            foreach (var budget in budgets.OrderBy(budget => budget.Key, StringComparer.Ordinal))
            {
                var (key, each) = (SignIn.Hash(budget.Key), budget.Each.TotalMilliseconds);
                var used = await session.ScalarAsync<double>(
                    Sql.Of($"""
                    INSERT INTO attempt (key, used, at) VALUES ({key}, {1.0}, {now}) ON CONFLICT (key) DO UPDATE SET
                      used = CASE WHEN excluded.at <= attempt.at THEN attempt.used WHEN attempt.used > (excluded.at - attempt.at) / {each} THEN attempt.used - (excluded.at - attempt.at) / {each} ELSE 0.0 END + 1.0, at = excluded.at RETURNING used
                    """), cancel);
                if (used > budget.Most)
                {
                    wait = new TimeSpan(Math.Max(wait.Ticks, (budget.Each * (used - budget.Most)).Ticks));
                }
            }

            // Thrown inside, so that what was taken goes back: who keeps trying does not make the wait longer, and each refusal leaves nothing behind.
            if (wait > TimeSpan.Zero)
            {
                throw new RefusedException(new Refusal(429, "too-many-attempts", ("尝试次数过多，请稍后再试", "Too many attempts; try again later")) { RetryAfter = wait });
            }

            return true;
        },
        cancel);

    /// <summary>The attempt was right: it does not count.</summary>
    public static Task GiveBackAsync(GuanxiDatabase database, IReadOnlyList<Budget> budgets, CancellationToken cancel = default) => database.WriteAsync(
        async session =>
        {
            foreach (var budget in budgets.OrderBy(budget => budget.Key, StringComparer.Ordinal))
            {
                await session.ExecuteAsync(Sql.Of($"UPDATE attempt SET used = CASE WHEN used > 1.0 THEN used - 1.0 ELSE 0.0 END WHERE key = {SignIn.Hash(budget.Key)}"), cancel);
            }

            return true;
        },
        cancel);

    /// <summary>Does something at most once a minute for a key.</summary>
    public static async Task OnceAsync(GuanxiDatabase database, DateTimeOffset now, string key, Func<Task> work, CancellationToken cancel = default)
    {
        try
        {
            await TakeAsync(database, now, [new Budget("once " + key, 1, TimeSpan.FromMinutes(1))], cancel);
        }
        catch (RefusedException)
        {
            return;
        }

        await work();
    }
}
