namespace Guanxi.Server.Api;

/// <summary>What an endpoint asks of its caller beyond being signed in. Said where the route is mapped, kept by <see cref="Guard"/>.</summary>
public static class Promises
{
    internal sealed record StepUpNeeded;

    internal sealed record PageAlone;

    internal sealed record Unfinished(string[] Stages);

    internal sealed record NotAUse;

    /// <summary>A dangerous act: somebody at the page must have proved a moment ago who it is.</summary>
    public static TBuilder NeedsStepUp<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new StepUpNeeded());

    /// <summary>For people at the page: no API token reaches it, whatever its scope.</summary>
    public static TBuilder PageOnly<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new PageAlone());

    /// <summary>Open to somebody who is in the middle of signing in, at one of these stages.</summary>
    public static TBuilder WhileSigningIn<TBuilder>(this TBuilder endpoint, params string[] stages)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Unfinished(stages));

    /// <summary>A call that pages make by themselves: it does not keep an idle session alive.</summary>
    public static TBuilder CountsAsNoUse<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new NotAUse());
}
