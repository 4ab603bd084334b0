import type { ReactNode } from 'react';
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

const width = 320;
const height = 170;

/** So many leaves can be told apart in a drawing; the rules of the others are in the table. */
export const mostDrawn = 20;

/** A decision tree from left to right, each branch as thick as it has rows; of many leaves the largest. */
export function Tree({ label, rules: all }: { label: string; rules: Rule[] }) {
  const rules = all.slice(0, mostDrawn);
  const root = treeOf(rules);
  const across = (width - 50) / Math.max(1, ...rules.map(({ path }) => path.length));
  const down = (height - 10) / Math.max(1, rules.length);
  const drawn: ReactNode[] = [];
  let leaves = 0;
  const place = (branch: Branch, x: number, key: string): number => {
    const below = branch.next.map((next, i) => ({ next, y: place(next, x + across, `${key}${i}`) }));
    const own = below.length ? below.reduce((sum, { y }) => sum + y, 0) / below.length : 5 + (leaves++ + 0.5) * down;
    below.forEach(({ next, y }, i) =>
      drawn.push(
        <g key={`${key}${i}`}>
          <path
            className="value-branch"
            strokeWidth={1 + (5 * next.rows) / Math.max(1, root.rows)}
            d={`M${x} ${own}L${x + across} ${y}`}
          >
            <title>{`${next.name}: ${next.rows}`}</title>
          </path>
          <text x={x + across / 2} y={(own + y) / 2 - 2} textAnchor="middle" className="value-tick value-branch-name">
            {next.name.length > 22 ? `${next.name.slice(0, 21)}…` : next.name}
          </text>
        </g>,
      ),
    );
    if (branch.leaf)
      drawn.push(
        <text key={key} x={x + 4} y={own + 3} className="value-tick">
          {branch.leaf.outcome} {percent(branch.leaf.share)}
        </text>,
      );
    return own;
  };
  place(root, 4, 'r');
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
      {drawn}
    </Frame>
  );
}
