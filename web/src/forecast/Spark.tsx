const [width, height] = [44, 12];

/** A figure over the periods, from nothing up to its highest; what is not known is left out. */
export function Spark({ values }: { values: readonly (number | null)[] }) {
  const most = Math.max(...values.map((value) => value ?? 0));
  const points = values.flatMap((value, at) =>
    value === null
      ? []
      : [
          [
            (at / (values.length - 1)) * (width - 4) + 2,
            height - 2 - (Math.max(0, value) / most) * (height - 4),
          ] as const,
        ],
  );
  if (points.length < 3 || most <= 0) return null;
  const [x, y] = points.at(-1)!;
  return (
    <svg className="forecast-spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <polyline points={points.map((point) => point.map((number) => number.toFixed(1)).join(',')).join(' ')} />
      <circle cx={x} cy={y} r="1.8" />
    </svg>
  );
}
