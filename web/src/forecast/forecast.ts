/** Shapes and sums of the forecast and of performance; amounts are in the company's currency. */

export interface Unit {
  id: string | null;
  name: string | null;
  team: string | null;
}

export interface TeamNode {
  id: string;
  name: string;
  parent: string | null;
}

export interface Target {
  period: string;
  scope: 'company' | 'team' | 'person' | 'productLine';
  id: string | null;
  line?: string | null;
  measure?: 'amount' | 'margin' | 'activities';
  base: number | null;
  stretch: number | null;
}

/** A row of the page: the whole, a team with its people, or a person. */
export interface TreeRow<T> {
  key: string;
  name: string | null;
  depth: number;
  kind: 'company' | 'team' | 'person';
  id: string | null;
  /** The rows of people under it. */
  rows: T[];
}

/** People under their teams, teams under theirs, the whole on top; a team without people is left out. */
export function treeOf<T extends Unit>(teams: readonly TeamNode[], rows: readonly T[], whole: string): TreeRow<T>[] {
  const known = new Set(teams.map(({ id }) => id));
  const below = (team: string): T[] => [
    ...rows.filter((row) => row.team === team),
    ...teams.filter(({ parent }) => parent === team).flatMap(({ id }) => below(id)),
  ];
  const people = (team: string | null, depth: number): TreeRow<T>[] =>
    rows
      .filter((row) => (row.team && known.has(row.team) ? row.team : null) === team)
      .map((row) => ({
        key: row.id ?? 'nobody',
        name: row.name,
        depth,
        kind: 'person' as const,
        id: row.id,
        rows: [row],
      }));
  const under = (team: TeamNode, depth: number): TreeRow<T>[] => {
    const all = below(team.id);
    return all.length === 0
      ? []
      : [
          { key: team.id, name: team.name, depth, kind: 'team' as const, id: team.id, rows: all },
          ...people(team.id, depth + 1),
          ...teams.filter(({ parent }) => parent === team.id).flatMap((child) => under(child, depth + 1)),
        ];
  };
  const tops = teams.filter(({ parent }) => !parent || !known.has(parent));
  return [
    { key: 'company', name: whole, depth: 0, kind: 'company' as const, id: null, rows: [...rows] },
    ...tops.flatMap((team) => under(team, 1)),
    ...people(null, 1),
  ];
}

export function sum<T>(rows: readonly T[], of: (row: T) => number | null | undefined): number {
  // Cents are added as whole numbers, so that a total agrees with its parts.
  return rows.reduce((total, row) => total + Math.round((of(row) ?? 0) * 100), 0) / 100;
}

/** `2026-Q4` and the periods beside it, newest first. */
export function periodsAround(today: Date): string[] {
  const quarter = Math.floor(today.getMonth() / 3);
  const quarters = [1, 0, -1, -2, -3, -4].map((step) => {
    const at = today.getFullYear() * 4 + quarter + step;
    return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
  });
  const month = (step: number) => {
    const at = new Date(today.getFullYear(), today.getMonth() + step, 1);
    return `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`;
  };
  return [
    quarters[1]!,
    month(0),
    month(1),
    quarters[0]!,
    ...quarters.slice(2),
    month(-1),
    month(-2),
    String(today.getFullYear()),
    String(today.getFullYear() - 1),
  ];
}

/** A quarter, month or year so many before or after another. */
export function shifted(period: string, by: number): string {
  const year = Number(period.slice(0, 4));
  if (period.length === 4) return String(year + by);
  const parts = period.includes('Q') ? 4 : 12;
  const at = year * parts + Number(period.slice(parts === 4 ? 6 : 5)) - 1 + by;
  const part = (at % parts) + 1;
  return `${Math.floor(at / parts)}-${parts === 4 ? `Q${part}` : String(part).padStart(2, '0')}`;
}

/** The list behind a figure, for a person, a team's people or everybody. */
export function drill(type: string, people: readonly (string | null)[] | null, conditions: string): string {
  const owners = people?.filter((id): id is string => id !== null) ?? [];
  const whose =
    people === null
      ? ''
      : owners.length === 1
        ? `owner = "${owners[0]}" AND `
        : owners.length > 1
          ? `owner in (${owners.map((id) => `"${id}"`).join(', ')}) AND `
          : 'owner = null AND ';
  return `/${type}?filter=${encodeURIComponent(whose + conditions)}`;
}

export function attained(done: number, target: number | null | undefined): number | null {
  return target && target > 0 ? Math.round((done / target) * 100) : null;
}
