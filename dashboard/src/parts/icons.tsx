// Line icons on a grid of 16 × 16. They are decoration: a text or a label always says the same.
const PATHS = {
  pulse: "M1.5 8.5h2.6l1.7-4.5 2.7 8 1.9-5 .9 1.5h3.2",
  plus: "M8 3v10M3 8h10",
  play: "M5 3.5v9l7.5-4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  trash: "M2.5 4.5h11M6 4.5V3h4v1.5M4 4.5l.6 8.5h6.8l.6-8.5M6.7 7v3.5M9.3 7v3.5",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.6 10.6 14 14",
  external: "M6 3.5H3.5v9h9V10M9 2.5h4.5V7M13.5 2.5 7.5 8.5",
  download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z",
  system: "M2 3h12v8H2zM6 14h4M8 11v3",
  exit: "M9.5 2.5H3v11h6.5M6.5 8H14M11.5 5.5 14 8l-2.5 2.5",
  warning: "M8 2 1.5 13.5h13zM8 6.5v3.5M8 11.8v.2",
  check: "M3 8.5 6.5 12 13 4.5",
  close: "M4 4l8 8M12 4l-8 8",
  minus: "M3 8h10",
  left: "M10 3.5 5.5 8l4.5 4.5",
  right: "M6 3.5 10.5 8 6 12.5",
  up: "M3 11.5 7 7l2.5 2.5 4-5M10.5 4.5h3v3",
  down: "M3 4.5 7 9l2.5-2.5 4 5M10.5 11.5h3v-3",
  level: "M2.5 8h11M10.5 5 13.5 8l-3 3",
  reset: "M3 8a5 5 0 1 1 1.5 3.5M3 12.5v-3h3",
  compare: "M2 11.5 5.5 6l3 3L13.5 2.5M2 14l4-2.5 3 .5 4.5-3",
  key: "M10.5 9.5a4 4 0 1 0-3.8-2.7L2 11.5V14h2.5v-1.5H6V11l.9-.9M11 5h.1",
  eye: "M1.5 8s2.5-4.5 6.5-4.5S14.5 8 14.5 8 12 12.5 8 12.5 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
