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

/** What a chart says where it lies alone: a title, what its axes are, and which line is which. */
export interface Caption {
  title: string;
  axes?: readonly [across: string, up: string];
  keys?: readonly string[];
}

const onWhite = { paper: '#ffffff', ink: '#1b1f24', muted: '#5a6270', primary: '#1d5fa8', cinnabar: '#b23a2e' };
const edge = { top: 34, bottom: 16 };

/** A name that every system takes as a file's. */
export const fileName = (title: string) =>
  title
    .replace(/[\\/:*?"<>|：？]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(name);
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click; taken back at once, a download now and then does not come.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function sizeOf(chart: SVGSVGElement): [number, number] {
  const [, , width = 0, height = 0] = (chart.getAttribute('viewBox') ?? '').split(' ').map(Number);
  return [width, height];
}

/** The drawing with its colours written into it, on white paper with its title and axes: neither style sheets nor the page around it travel. */
export function standalone(chart: SVGSVGElement, { title, axes, keys = [] }: Caption): string {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const from = chart.querySelectorAll('*');
  const paper = onPaper(() => {
    copy.querySelectorAll('*').forEach((element, i) => {
      const style = getComputedStyle(from[i]!);
      for (const name of drawn) {
        const value = style.getPropertyValue(name);
        if (value) element.setAttribute(name, value);
      }
      element.removeAttribute('class');
    });
    const root = getComputedStyle(document.documentElement);
    const colours = Object.entries(onWhite).map(
      ([name, otherwise]) => [name, root.getPropertyValue(`--${name}`).trim() || otherwise] as const,
    );
    return Object.fromEntries(colours) as typeof onWhite;
  });
  const [width, height] = sizeOf(chart);
  const font = getComputedStyle(document.body).fontFamily || 'sans-serif';
  const text = (words: string, x: number, y: number, size: number, ink: string, anchor = 'start') => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    for (const [name, value] of Object.entries({
      x,
      y,
      'font-size': `${size}px`,
      fill: ink,
      'text-anchor': anchor,
      'font-family': font,
    }))
      element.setAttribute(name, String(value));
    element.textContent = words;
    copy.append(element);
  };
  text(title, 8, -edge.top + 14, 12, paper.ink);
  if (axes) {
    text(axes[1], 8, -edge.top + 28, 9, paper.muted);
    text(axes[0], width / 2, height + 8, 9, paper.muted, 'middle');
  }
  keys.forEach((key, i) => {
    const x = width - 8 - (keys.length - i) * 90;
    const stroke = i ? paper.cinnabar : paper.primary;
    copy.insertAdjacentHTML(
      'beforeend',
      `<path d="M${x} ${-edge.top + 25}h16" fill="none" stroke="${stroke}" stroke-width="2"${i ? ' stroke-dasharray="4 3"' : ''}/>`,
    );
    text(key, x + 20, -edge.top + 28, 9, paper.muted);
  });
  const size = { width, height: height + edge.top + edge.bottom };
  copy.setAttribute('viewBox', `0 ${-edge.top} ${size.width} ${size.height}`);
  copy.setAttribute('width', String(size.width));
  copy.setAttribute('height', String(size.height));
  copy.insertAdjacentHTML(
    'afterbegin',
    `<rect y="${-edge.top}" width="${size.width}" height="${size.height}" fill="${paper.paper}"/>`,
  );
  return new XMLSerializer().serializeToString(copy);
}

/** What is taken along is printed and shown to others: it has the colours of paper while the page may be dark. Nothing is painted in between. */
function onPaper<T>(work: () => T): T {
  const root = document.documentElement;
  const theme = root.dataset.theme;
  root.dataset.theme = 'light';
  try {
    return work();
  } finally {
    if (theme === undefined) delete root.dataset.theme;
    else root.dataset.theme = theme;
  }
}

export const saveSvg = (caption: Caption, chart: SVGSVGElement) =>
  save(`${caption.title}.svg`, new Blob([standalone(chart, caption)], { type: 'image/svg+xml' }));

/** Four times the size of the drawing: sharp enough for print. */
export async function savePng(caption: Caption, chart: SVGSVGElement): Promise<void> {
  const [width, drawnHeight] = sizeOf(chart);
  const height = drawnHeight + edge.top + edge.bottom;
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(chart, caption))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width * 4;
  canvas.height = height * 4;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && save(`${caption.title}.png`, blob));
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
