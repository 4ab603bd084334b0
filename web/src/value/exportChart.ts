/** Saves a chart as it is seen, in a form that other programs show the same. */
const drawn = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-size',
  'font-family',
  'text-anchor',
];

function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** The drawing with its colours written into it, on the paper it lies on: style sheets do not travel. */
export function standalone(chart: SVGSVGElement): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const from = chart.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, i) => {
    const style = getComputedStyle(from[i]!);
    for (const name of drawn) {
      const value = style.getPropertyValue(name);
      if (value) element.setAttribute(name, value);
    }
    element.removeAttribute('class');
  });
  const { width, height } = chart.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const paper = getComputedStyle(document.documentElement).getPropertyValue('--paper').trim() || '#ffffff';
  copy.insertAdjacentHTML('afterbegin', `<rect width="${width}" height="${height}" fill="${paper}"/>`);
  return new XMLSerializer().serializeToString(copy);
}

export const saveSvg = (name: string, chart: SVGSVGElement) =>
  save(`${name}.svg`, new Blob([standalone(chart)], { type: 'image/svg+xml' }));

/** Four times the size of the drawing: sharp enough for print. */
export async function savePng(name: string, chart: SVGSVGElement): Promise<void> {
  const { width, height } = chart.viewBox.baseVal;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(chart))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 4;
  canvas.height = height * 4;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(`${name}.png`, blob));
}

/** A table that a spreadsheet opens with its letters right; a text that looks like a formula stays a text. */
export function csvOf(rows: (string | number)[][]): string {
  const cell = (value: string | number) => {
    const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

export const saveCsv = (name: string, rows: (string | number)[][]) =>
  save(`${name}.csv`, new Blob([csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
