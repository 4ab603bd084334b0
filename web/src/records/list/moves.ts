/** The place of the keyboard in a grid: a row, and a cell of it or the row as a whole (-1). */
export interface Place {
  row: number;
  cell: number;
}

/** Where a key leads; null when the key moves nothing. */
export function moved(place: Place, key: string, rows: number, cells: number, page: number): Place | null {
  if (rows === 0) return null;
  const row = (to: number): Place => ({ row: Math.max(0, Math.min(rows - 1, to)), cell: place.cell });
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return row(place.row + 1);
    case 'ArrowUp':
    case 'k':
      return place.row < 0 ? row(rows - 1) : row(place.row - 1);
    case 'PageDown':
      return row(place.row + page);
    case 'PageUp':
      return row(place.row - page);
    case 'Home':
      return row(0);
    case 'End':
      return row(rows - 1);
    case 'ArrowRight':
      return { row: Math.max(0, place.row), cell: Math.min(cells - 1, place.cell + 1) };
    case 'ArrowLeft':
      return { row: Math.max(0, place.row), cell: Math.max(-1, place.cell - 1) };
    default:
      return null;
  }
}

/** The next cell that can be edited, over the end of the row into the next one; null past the last. */
export function nextEditable(place: Place, editable: readonly boolean[], rows: number, step: 1 | -1): Place | null {
  if (!editable.includes(true)) return null;
  let { row, cell } = place;
  for (let tries = 0; tries <= editable.length; tries++) {
    cell += step;
    if (cell >= editable.length || cell < 0) {
      row += step;
      if (row < 0 || row >= rows) return null;
      cell = step > 0 ? 0 : editable.length - 1;
    }
    if (editable[cell]) return { row, cell };
  }
  return null;
}
