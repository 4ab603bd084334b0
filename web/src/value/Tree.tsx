import { Frame } from './Charts';
import { percent } from './value';

interface Rule {
  path: string[];
  outcome: string;
  customers: number;
  share: number;
  lift: number;
}

interface Branch {
  name: string;
  rows: number;
  leaf?: Rule;
  next: Branch[];
}

/** The tree behind rules that share their first conditions. */
export function treeOf(rules: Rule[]): Branch {
  const root: Branch = { name: '', rows: 0, next: [] };
  for (const rule of rules) {
    let at = root;
    at.rows += rule.customers;
    for (const condition of rule.path) {
      let next = at.next.find(({ name }) => name === condition);
      if (!next) at.next.push((next = { name: condition, rows: 0, next: [] }));
      next.rows += rule.customers;
      at = next;
    }
    at.leaf = rule;
  }
  return root;
}

/** A line of the drawing: a condition, what fits it, and where its parent stands. */
export interface Line {
  name: string;
  rows: number;
  depth: number;
  parent: number;
  leaf?: Rule;
}

/** A sign of Chinese is as wide as two of Latin. */
const widthOf = (text: string) => [...text].reduce((sum, sign) => sum + (sign > '\u2e7f' ? 2 : 1), 0);

/** A condition as the drawing has room for it: of a long list the first values, and how many more there are. */
export function shortened(condition: string, room: number): string {
  if (widthOf(condition) <= room) return condition;
  const comma = condition.includes('、') ? '、' : ', ';
  const values = condition.split(comma);
  let kept = values[0]!;
  let count = 1;
  while (count < values.length && widthOf(kept + values[count]!) + 7 <= room) kept += comma + values[count++];
  return count < values.length ? `${kept} … +${values.length - count}` : kept;
}

/** The branches one below the other, each after its parent. */
export function linesOf(branch: Branch, depth = 0, parent = -1, lines: Line[] = []): Line[] {
  for (const next of branch.next) {
    const at = lines.push({ name: next.name, rows: next.rows, depth, parent, leaf: next.leaf }) - 1;
    linesOf(next, depth + 1, at, lines);
  }
  return lines;
}

const width = 320;
const height = 170;
const indent = 12;

/** So many leaves can be read in a drawing; the rules of the others are in the table. */
export const mostDrawn = 10;

/** A decision tree from top to bottom, every condition in full, each branch as thick as it has rows; of many leaves the largest. */
export function Tree({ label, rules: all }: { label: string; rules: Rule[] }) {
  const root = treeOf(all.slice(0, mostDrawn));
  const lines = linesOf(root);
  const step = Math.min(15, (height - 8) / Math.max(1, lines.length));
  const size = Math.min(9, step * 0.78);
  const y = (line: number) => 4 + (line + 0.5) * step;
  return (
    <Frame
      label={label}
      table={[
        ['conditions', 'outcome', 'rows', 'share', 'lift'],
        ...all.map((rule) => [rule.path.join(' & '), rule.outcome, rule.customers, rule.share, rule.lift]),
      ]}
      ends={['', '']}
      rises={['', '']}
      bare
    >
      {lines.map(({ name, rows, depth, parent, leaf }, i) => (
        <g key={i}>
          <path
            className="value-branch"
            strokeWidth={0.5 + (2.5 * rows) / Math.max(1, root.rows)}
            d={`M${4 + depth * indent} ${parent < 0 ? 2 : y(parent) + size / 2}V${y(i)}h${indent - 4}`}
          />
          <text x={2 + (depth + 1) * indent} y={y(i) + size / 3} className="value-tick" style={{ fontSize: size }}>
            <title>{name}</title>
            {shortened(name, (width - (depth + 1) * indent) / (size * 0.55) - 18)} · {rows}
            {leaf && ` → ${leaf.outcome} ${percent(leaf.share)}`}
          </text>
        </g>
      ))}
    </Frame>
  );
}
