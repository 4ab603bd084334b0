import { describe, expect, it } from 'vitest';
import { teamLines } from './teamTree';

const team = (id: string, name: string, parent?: string) => ({
  id,
  version: 1,
  name,
  parent: parent ? { id: parent, name: parent } : null,
});
const user = (id: string, where: string, active = true) => ({
  id,
  version: 1,
  team: { id: where, name: where },
  active,
});

describe('the tree of teams', () => {
  it('puts children under their parent and counts people below', () => {
    const lines = teamLines(
      [team('sz', '深圳', 'south'), team('south', '华南'), team('east', '华东')],
      [user('1', 'sz'), user('2', 'south'), user('3', 'sz', false)],
    );
    expect(lines.map(({ team: { id }, depth, members, below }) => [id, depth, members, below])).toEqual([
      ['east', 0, 0, 0],
      ['south', 0, 1, 2],
      ['sz', 1, 1, 1],
    ]);
  });

  it('loses no team, even of a circle or with a missing parent', () => {
    const lines = teamLines([team('a', '甲', 'b'), team('b', '乙', 'a'), team('c', '丙', 'gone')], []);
    expect(lines.map(({ team: { id } }) => id).toSorted()).toEqual(['a', 'b', 'c']);
  });
});
