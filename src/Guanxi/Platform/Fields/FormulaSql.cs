using Guanxi.Database;
using Guanxi.Platform.Records;

namespace Guanxi.Platform.Fields;

/// <summary>Formula fields as SQL, so that they filter and sort like stored ones.</summary>
public static class FormulaSql
{
    public static bool IsText(Field field) => field.Kind == FieldKind.Formula && Formula.Parse(field.Formula ?? "null").IsText;

    public static string Compile(Field field, RecordType type, string t, Dialect dialect) => Formula.Parse(field.Formula ?? "null").ToSql(type, t, dialect);
}
