/** Where somebody was in a list, so that coming back shows the same rows under the same hand. */
export interface Position {
  offset: number;
  id: string | null;
  left: number;
}

const positions = new Map<string, Position>();
const most = 50;

export function keepPosition(address: string, position: Position): void {
  positions.delete(address);
  positions.set(address, position);
  if (positions.size > most) positions.delete(positions.keys().next().value!);
}

export const positionOf = (address: string): Position | undefined => positions.get(address);
