/** The seal: 关 cut into cinnabar, its strokes tied where the second bar passes under the left one. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg viewBox="0 0 64 64" width={size} height={size} aria-hidden="true">
      <path
        fill="#B23A2E"
        fillRule="evenodd"
        d="M13 4h38a9 9 0 0 1 9 9v38a9 9 0 0 1-9 9H13a9 9 0 0 1-9-9V13a9 9 0 0 1 9-9ZM18.4 13.9L23.9 21.9L28.1 19.1L22.6 11.1ZM41.4 11.1L35.9 19.1L40.1 21.9L45.6 13.9ZM15 22.5L49 22.5L49 27.5L34.5 27.5L34.5 33L33.2 39L28.5 46L20.5 52.5L16.8 49.2L23.9 43.2L28 37.2L29.5 32L29.5 27.5L15 27.5ZM12 33L27 33L25.6 38L12 38ZM37 33L52 33L52 38L41.2 38L43.6 42.4L49.6 48.2L46 52.2L38.9 45.4L35.8 39.2Z"
      />
    </svg>
  );
}
