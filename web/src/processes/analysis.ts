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
  steps: { step: string; name: string; stays: number; meanDays: number }[];
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
  ended: number;
  observedDays: number | null;
  pieced: number;
}

export interface Drawn {
  edge: Edge;
  path: string;
  /** Where the words stand. */
  x: number;
  y: number;
  width: number;
  back: boolean;
  anchor: 'start' | 'end';
}

export const row = 96;
export const nodeWidth = 220;
export const nodeHeight = 56;
const middle = 360;

/** From the middle to the lines on which deals leave: won on the left, lost on the right. */
const trunk = nodeWidth / 2 + 124;

/** Where a stage stands: one below the other in their order, the ends at the foot of the lines that lead to them. */
export function placeOf(key: string, nodes: readonly Node[]): { x: number; y: number } {
  if (key === 'start') return { x: middle, y: 20 };
  const foot = 60 + nodes.length * row + 8;
  if (key === 'won') return { x: middle - trunk, y: foot };
  if (key === 'lost') return { x: middle + trunk, y: foot };
  return { x: middle, y: 60 + Math.max(0, nodes.findIndex(({ stage }) => stage === key)) * row + nodeHeight / 2 };
}

/** The ways between the stages: onward down the middle, won and back on the left, lost and over several stages on the right, each with its words where it leaves, below one another. */
export function draw(edges: readonly Edge[], nodes: readonly Node[]): Drawn[] {
  const most = Math.max(1, ...edges.map(({ count }) => count));
  const taken = new Map<string, number>();
  return edges.map((edge) => {
    const [from, to] = [placeOf(edge.from, nodes), placeOf(edge.to, nodes)];
    const isEnd = edge.to === 'won' || edge.to === 'lost';
    const back = !isEnd && to.y < from.y;
    const width = 1 + (7 * edge.count) / most;
    if (!back && !isEnd && to.y - from.y <= row + 1) {
      const [y1, y2] = [edge.from === 'start' ? from.y + 10 : from.y + nodeHeight / 2, to.y - nodeHeight / 2];
      return { edge, path: `M${from.x},${y1} L${to.x},${y2}`, x: from.x + 10, y: (y1 + y2) / 2 + 4, width, back, anchor: 'start' };
    }
    const side = back || edge.to === 'won' ? -1 : 1;
    const slot = taken.get(`${edge.from} ${side}`) ?? 0;
    taken.set(`${edge.from} ${side}`, slot + 1);
    const [x1, y1] = [middle + (side * nodeWidth) / 2, from.y - 10 + slot * 18];
    const bend = x1 + side * (40 + 12 * Math.round(Math.abs(to.y - from.y) / row));
    const path = isEnd
      ? `M${x1},${y1} H${to.x - side * 12} Q${to.x},${y1} ${to.x},${y1 + 12} V${to.y - 12}`
      : `M${x1},${y1} C${bend},${y1} ${bend},${to.y + 20} ${x1},${to.y + 20}`;
    return { edge, path, x: x1 + side * 10, y: y1 - 6, width: isEnd ? Math.min(width, 3) : width, back, anchor: side > 0 ? 'start' : 'end' };
  });
}
