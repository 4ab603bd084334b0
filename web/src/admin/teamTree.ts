import type { AnyRecord } from '../api/types';
import { referenceOf } from '../activities/activity';

export interface TeamLine {
  team: AnyRecord;
  depth: number;
  /** People in the team itself, and with the teams below it. */
  members: number;
  below: number;
}

/** Teams as the lines of a tree, parents before children, each level by name; a broken parent becomes a root. */
export function teamLines(teams: readonly AnyRecord[], users: readonly AnyRecord[]): TeamLine[] {
  const ids = new Set(teams.map(({ id }) => id));
  const children = new Map<string | null, AnyRecord[]>();
  for (const team of teams) {
    const parent = referenceOf(team.parent)?.id ?? null;
    const key = parent !== null && ids.has(parent) && parent !== team.id ? parent : null;
    children.set(key, [...(children.get(key) ?? []), team]);
  }
  const counted = new Map<string, number>();
  for (const user of users) {
    const team = referenceOf(user.team)?.id;
    if (team && user.active !== false) counted.set(team, (counted.get(team) ?? 0) + 1);
  }
  const lines: TeamLine[] = [];
  const seen = new Set<string>();
  const add = (parent: string | null, depth: number): number => {
    let sum = 0;
    for (const team of (children.get(parent) ?? []).toSorted((a, b) =>
      String(a.name).localeCompare(String(b.name), 'zh-CN'),
    )) {
      if (seen.has(team.id)) continue;
      seen.add(team.id);
      const line: TeamLine = { team, depth, members: counted.get(team.id) ?? 0, below: 0 };
      lines.push(line);
      line.below = line.members + add(team.id, depth + 1);
      sum += line.below;
    }
    return sum;
  };
  add(null, 0);
  // A circle has no root; show it rather than hide teams.
  for (const team of teams)
    if (!seen.has(team.id))
      lines.push({ team, depth: 0, members: counted.get(team.id) ?? 0, below: counted.get(team.id) ?? 0 });
  return lines;
}
