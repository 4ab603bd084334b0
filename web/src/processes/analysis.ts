export interface Times {
  mean: number;
  median: number;
  minimum: number;
  maximum: number;
  percentile90: number;
}

export interface Node {
  stage: string;
  name: string;
  visits: number;
  deals: number;
  here: number;
  stayed: Times | null;
  expectedDays: number;
  late: number;
  totalDays: number;
}

export interface Edge {
  from: string;
  to: string;
  count: number;
  meanDays: number;
}

export interface StepTime {
  what: string;
  name: string;
  turns: number;
  open: number;
  waiting: Times | null;
  working: Times | null;
  late: number;
  handed: number;
}

export interface Outcome {
  what: string | null;
  won: number;
  lost: number;
  wonAmount: number | null;
  lostAmount: number | null;
}

export interface Analysis {
  days: number;
  deals: number;
  cut: boolean;
  funnel: { stage: string; name: string; reached: number; further: number; lost: number; here: number; medianDays: number | null }[];
  nodes: Node[];
  edges: Edge[];
  ways: { name: string[]; outcome: 'won' | 'lost'; count: number; share: number; meanDays: number }[];
  loops: { stage: string; name: string; deals: number; back: number; extraDays: number }[];
  steps: StepTime[];
  teams: StepTime[];
  people: StepTime[];
  reasons: Outcome[] | null;
  rivals: Outcome[] | null;
}

interface Outlook {
  cycle: Times | null;
  wonShare: number;
  wonInAYear: number;
}

export interface Forecast {
  before: Outlook;
  after: Outlook;
  more: number | null;
  least: number | null;
  most: number | null;
  deals: number;
  observedDays: number | null;
  apart: number | null;
}

export interface Drawn {
  edge: Edge;
  path: string;
  /** Where the words stand. */
  x: number;
  y: number;
  width: number;
  back: boolean;
}

export const row = 96;
export const nodeWidth = 220;
export const nodeHeight = 56;
const middle = 360;

/** Where a stage stands: one below the other in their order, the ends on either side of the foot. */
export function placeOf(key: string, nodes: readonly Node[]): { x: number; y: number } {
  if (key === 'start') return { x: middle, y: 20 };
  const foot = 60 + nodes.length * row + 20;
  if (key === 'won') return { x: middle - 90, y: foot };
  if (key === 'lost') return { x: middle + 90, y: foot };
  return { x: middle, y: 60 + Math.max(0, nodes.findIndex(({ stage }) => stage === key)) * row + nodeHeight / 2 };
}

/** The ways between the stages as curves: onward down the middle, over several stages and to the loss on the right, back on the left. */
export function draw(edges: readonly Edge[], nodes: readonly Node[]): Drawn[] {
  const most = Math.max(1, ...edges.map(({ count }) => count));
  return edges.map((edge, at) => {
    const [from, to] = [placeOf(edge.from, nodes), placeOf(edge.to, nodes)];
    const back = to.y < from.y;
    const straight = !back && Math.abs(to.y - from.y) <= row + 1 && edge.to !== 'lost';
    const width = 1 + (7 * edge.count) / most;
    if (straight) {
      const [y1, y2] = [edge.from === 'start' ? from.y + 10 : from.y + nodeHeight / 2, edge.to === 'won' ? to.y - 14 : to.y - nodeHeight / 2];
      return { edge, path: `M${from.x},${y1} L${to.x},${y2}`, x: (from.x + to.x) / 2 + 8, y: (y1 + y2) / 2 + 4, width, back };
    }
    const side = back ? -1 : 1;
    const reach = side * (nodeWidth / 2 + 30 + (Math.abs(to.y - from.y) / row) * 14 + (at % 3) * 6);
    const [x1, x2] = [from.x + (side * nodeWidth) / 2, edge.to === 'lost' || edge.to === 'won' ? to.x + side * 30 : to.x + (side * nodeWidth) / 2];
    return {
      edge,
      path: `M${x1},${from.y} C${middle + reach * 1.5},${from.y} ${middle + reach * 1.5},${to.y} ${x2},${to.y}`,
      x: middle + reach * 1.25,
      y: (from.y + to.y) / 2,
      width,
      back,
    };
  });
}
