import type { SVGProps } from 'react';

/** Line icons on a 20-unit grid, drawn for this product; each is one path so that hundreds cost little. */
const paths = {
  home: 'M3 9.2 10 3.5l7 5.7M5 8v8.5h10V8M8.2 16.5v-5h3.6v5',
  customer: 'M3.5 17V5.5l6-2.5v14M9.5 8l7 2v7M2 17h16M6 7.5h1M6 10.5h1M6 13.5h1M12.5 13h1',
  contact: 'M10 10.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM3.5 17c.6-3.2 3.2-4.8 6.5-4.8s5.9 1.6 6.5 4.8',
  activity: 'M4 4.5h12v12H4zM4 8h12M7.5 3v3M12.5 3v3M7.2 12.2l2 1.9 3.6-3.6',
  lead: 'M10 3v3M4.8 5.2l2.1 2.1M15.2 5.2l-2.1 2.1M3 10h3M14 10h3M10 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z',
  target: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM10 10h.01',
  chart: 'M3.5 3.5v13h13M6.5 13.5v-3M10 13.5v-6M13.5 13.5v-8',
  deal: 'M3 6.5h14v9H3zM7.5 6.5V4h5v2.5M3 10.5h14M10 10v1.5',
  order: 'M5 3h10v14l-2.5-1.5L10 17l-2.5-1.5L5 17zM7.5 7h5M7.5 10h5M7.5 13h3',
  cost: 'M4 4.5h12v11H4zM10 6.5v7M12.3 8.2c-.6-.7-1.3-.9-2.3-.9-1.2 0-2.1.5-2.1 1.4 0 2 4.4.7 4.4 2.7 0 .9-.9 1.4-2.2 1.4-1 0-1.9-.3-2.5-1',
  contract: 'M5 3h7l3.5 3.5V17H5zM12 3v3.5h3.5M7.5 9h5M7.5 11.5h5M7.5 14.2c1-1.4 1.8.9 2.7 0s1.3-.7 2.3 0',
  invoice: 'M4 4h12v12.5l-2-1.3-2 1.3-2-1.3-2 1.3-2-1.3-2 1.3zM7 8h6M7 11h4',
  receipt: 'M3 5.5h14v9H3zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8ZM5.5 8v.1M14.5 12v.1',
  delivery: 'M2.5 5h9v8.5h-9zM11.5 8h3.5l2.5 2.8v2.7h-6M6 15.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2ZM14 15.5a1.6 1.6 0 1 0 0-3.2 1.6 1.6 0 0 0 0 3.2Z',
  value: 'M10 3 17 16.5H3zM6.6 9.6h6.8M4.8 13h10.4',
  product: 'M10 3l6.5 3.5v7L10 17l-6.5-3.5v-7zM3.5 6.5 10 10l6.5-3.5M10 10v7',
  relation:
    'M6 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM14 16.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 8.5V14h5.5M14 11.5V6H8.5',
  team: 'M7.5 9a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM2.5 16c.4-3 2.3-4.4 5-4.4s4.6 1.4 5 4.4M13 3.7a2.8 2.8 0 0 1 0 5.2M14.5 11.9c1.7.6 2.7 1.9 3 4.1',
  user: 'M10 10.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8ZM3.5 17c.6-3.2 3.2-4.8 6.5-4.8s5.9 1.6 6.5 4.8',
  role: 'M10 3l6 2.2v4.3c0 3.7-2.4 6.3-6 7.5-3.6-1.2-6-3.8-6-7.5V5.2zM7.5 10l1.9 1.9 3.3-3.5',
  record: 'M5 3h7l3.5 3.5V17H5zM12 3v3.5h3.5M7.5 10.5h5M7.5 13.5h5',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM13 13l4 4',
  plus: 'M10 4v12M4 10h12',
  bell: 'M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13zM8.5 17.2a1.8 1.8 0 0 0 3 0',
  settings: 'M3 6h8M15 6h2M3 14h2M9 14h8M13 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM7 16a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  import: 'M10 3v9M6.5 8.5 10 12l3.5-3.5M3.5 13v3.5h13V13',
  export: 'M10 12V3M6.5 6.5 10 3l3.5 3.5M3.5 13v3.5h13V13',
  filter: 'M3 5h14M5.5 10h9M8 15h4',
  columns: 'M3.5 4h13v12h-13zM8 4v12M12 4v12',
  sort: 'M6 4v12M3.5 13.5 6 16l2.5-2.5M14 16V4M11.5 6.5 14 4l2.5 2.5',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M4 10.5 8 14.5 16 5.5',
  minus: 'M4 10h12',
  down: 'M5.5 8 10 12.5 14.5 8',
  up: 'M5.5 12 10 7.5 14.5 12',
  left: 'M12 5.5 7.5 10l4.5 4.5',
  right: 'M8 5.5 12.5 10 8 14.5',
  more: 'M4.5 10h.01M10 10h.01M15.5 10h.01',
  edit: 'M4 16l.8-3.5L13.5 3.8l2.7 2.7-8.7 8.7zM11.8 5.5l2.7 2.7',
  trash: 'M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  assign: 'M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 16.5c.5-3 2.6-4.3 5.5-4.3M12 13.5h5.5M15 11l2.5 2.5L15 16',
  eye: 'M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5ZM10 12.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z',
  open: 'M11 3.5h5.5V9M16.5 3.5 9 11M8 5H4v11h11v-4',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.3l2.8 1.7',
  cake: 'M4 16.5v-6h12v6zM2.5 16.5h15M4 13.2c1.5 1.2 2.5 1.2 4 0 1.5 1.2 2.5 1.2 4 0 1.5 1.2 2.5 1.2 4 0M10 10.5V7M10 4.2v.3',
  leaf: 'M4.5 15.5C4 9 7.5 4.5 16 4.5c0 8.5-4.5 12-11.5 11ZM3.5 17c1.5-3.5 4-6 7.5-7.5',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v4M10 14.5v.1',
  sun: 'M10 13.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M15.3 4.7l-1 1M5.7 14.3l-1 1',
  moon: 'M16 12.5A6.5 6.5 0 0 1 7.5 4a6.5 6.5 0 1 0 8.5 8.5Z',
  screen: 'M3 4.5h14v9H3zM7 16.5h6M10 13.5v3',
  globe: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM3 10h14M10 3c2 2 3 4.3 3 7s-1 5-3 7c-2-2-3-4.3-3-7s1-5 3-7Z',
  signOut: 'M8 4H4v12h4M12.5 6.5 16 10l-3.5 3.5M16 10H8',
  phone:
    'M5 3.5h2.5l1.2 3.3-1.7 1.3c.8 1.7 2.2 3.1 3.9 3.9l1.3-1.7 3.3 1.2V14c0 1.4-1.2 2.5-2.6 2.4C8 16 4 12 3.6 6.1 3.5 4.7 3.6 3.5 5 3.5Z',
  visit: 'M10 17.5s5.5-4.7 5.5-9a5.5 5.5 0 0 0-11 0c0 4.3 5.5 9 5.5 9ZM10 10.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  note: 'M4 3.5h12v9L12 16.5H4zM16 12.5h-4v4M7 7h6M7 10h4',
  mail: 'M3 5h14v10.5H3zM3 5.5l7 5.5 7-5.5',
  star: 'M10 3l2.1 4.5 4.9.6-3.6 3.4.9 4.9L10 14l-4.3 2.4.9-4.9L3 8.1l4.9-.6z',
  panel: 'M3 4h14v12H3zM12 4v12',
  rows: 'M3 5h14M3 10h14M3 15h14',
  group: 'M3 4.5h6M6 8.5h11M6 11.5h11M3 15.5h6',
  lifecycle: 'M4.5 12.5A6 6 0 0 1 14.6 6M15.5 7.5A6 6 0 0 1 5.4 14M14.8 2.8V6h-3.2M5.2 17.2V14h3.2',
  quality: 'M10 2.8 16 5v5c0 3.6-2.5 6-6 7.2C6.5 16 4 13.6 4 10V5zM7.3 10l2 2 3.6-3.8',
  segment: 'M10 3v7h7M10 3a7 7 0 1 0 7 7M13 3.6A7 7 0 0 1 16.4 7H13z',
  pool: 'M3 8c1.5-1.4 3-1.4 4.6 0s3.2 1.4 4.8 0 3.1-1.4 4.6 0M3 12c1.5-1.4 3-1.4 4.6 0s3.2 1.4 4.8 0 3.1-1.4 4.6 0M3 16c1.5-1.4 3-1.4 4.6 0s3.2 1.4 4.8 0 3.1-1.4 4.6 0M10 2.5v3',
  approval: 'M10 3a2.5 2.5 0 0 1 1.6 4.4c-.6.5-.6 1.6-.6 3.1h3.5a1.5 1.5 0 0 1 1.5 1.5v2H4v-2a1.5 1.5 0 0 1 1.5-1.5H9c0-1.5 0-2.6-.6-3.1A2.5 2.5 0 0 1 10 3ZM4.5 17h11',
  merge: 'M5 3.5v3.2c0 2 1 3.3 2.6 4.3L10 12.5l2.4-1.5c1.6-1 2.6-2.3 2.6-4.3V3.5M10 12.5v4.5M7.5 14.5 10 17l2.5-2.5',
  undo: 'M7 5 3.5 8.5 7 12M3.5 8.5H12a4.3 4.3 0 0 1 0 8.5H9',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-1 1M11.5 8.5a3 3 0 0 0-4.3 0L4.5 11.2a3 3 0 0 0 4.3 4.3l1-1',
  help: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM7.9 8.2A2.1 2.1 0 1 1 10 10.5v1M10 14v.1',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  pin: 'M7 3.5h6l-.7 5 2.2 2.5H5.5l2.2-2.5zM10 11v6',
  drag: 'M7.5 5h.01M12.5 5h.01M7.5 10h.01M12.5 10h.01M7.5 15h.01M12.5 15h.01',
  upload: 'M10 13V4M6.5 7.5 10 4l3.5 3.5M4 16.5h12',
} as const;

export type IconName = keyof typeof paths;

export function Icon({
  name,
  size = 20,
  ...rest
}: { name: IconName; size?: number } & Omit<SVGProps<SVGSVGElement>, 'name'>) {
  const dotted = name === 'more' || name === 'drag';
  return (
    <svg
      viewBox="0 0 20 20"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      strokeWidth={dotted ? 2.4 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      {...rest}
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** The picture of a noun, from the `icon` of its description. */
export function iconOf(name: string | null | undefined): IconName {
  if (!name) return 'record';
  if (name in paths) return name as IconName;
  const singular = name.endsWith('s') ? name.slice(0, -1) : name;
  return singular in paths ? (singular as IconName) : 'record';
}
