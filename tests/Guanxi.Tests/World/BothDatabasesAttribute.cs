using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Guanxi.Tests.World;

/// <summary>Runs a test once on SQLite and once on PostgreSQL; the latter is skipped where no server was started for the run.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BothDatabasesAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) => ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>(
    [
        new TheoryDataRow<Db>(Db.Sqlite),
        new TheoryDataRow<Db>(Db.Postgres) { Skip = Company.Postgres is null ? "No PostgreSQL was started; ./guanxi test does." : null },
    ]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

public enum Db
{
    Sqlite,
    Postgres,
}
