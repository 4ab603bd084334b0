using Guanxi.Platform.Records;

namespace Guanxi.Tests.World;

public static class Refused
{
    /// <summary>The refusal that the work ends in.</summary>
    public static async Task<Refusal> ByAsync(Func<Task> work)
    {
        var error = await Assert.ThrowsAsync<RefusedException>(work);
        return error.Refusal;
    }
}
