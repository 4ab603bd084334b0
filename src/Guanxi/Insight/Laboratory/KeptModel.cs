using System.Text.Json;
using Guanxi.Database;
using Guanxi.Platform.Access;
using Guanxi.Platform.Records;
using Guanxi.Science.Common;

namespace Guanxi.Insight.Laboratory;

/// <summary>A model that was trained and is kept: what it tells of each customer, and how tonight's customers stand against those it was trained on.</summary>
internal abstract class KeptModel
{
    protected const int PageSize = 5_000;

    /// <summary>As it is kept, and as <see cref="Read"/> reads it.</summary>
    public abstract string Write();

    /// <summary>Tells it of every customer of the question.</summary>
    /// <param name="on">The day the night belongs to.</param>
    /// <exception cref="RefusedException">What the question asks for is no longer there.</exception>
    /// <exception cref="UnsuitableDataException">The customers cannot be told it.</exception>
    public abstract Task<KeptNight> TellAsync(DatabaseSession session, Actor actor, KeptScore score, JsonElement report, DateOnly on, DateTimeOffset now, CancellationToken cancel);

    /// <exception cref="UnsuitableDataException">The text is no such model.</exception>
    public static KeptModel Read(LabQuestion question, string text) =>
        question.Model == "cluster" ? KeptGroups.Read(text)
        : question.IsOfPurchases ? KeptPurchases.Read(text)
        : new KeptClassifier(Science.Scoring.ModelFile.Read(text));
}

/// <summary>What a night told.</summary>
/// <param name="Told">The value of each customer: a number, or the key of a group.</param>
/// <param name="Expected">What the model expects on the average.</param>
/// <param name="Actual">What came instead.</param>
/// <param name="Noise">One standard error of their difference; null where it follows from a share.</param>
/// <param name="Stability">How far the values have moved since the training.</param>
internal sealed record KeptNight(IReadOnlyList<(Guid Customer, object Value)> Told, double Expected, double Actual, double? Noise, double Stability);
