import { useTranslation } from 'react-i18next';
import { formatDecimal } from '../look/format';
import { type Analysis, draw, nodeHeight, nodeWidth, placeOf, row } from './analysis';

const shown = (value: number) => formatDecimal(Math.round(value * 10) / 10);

/** The ways deals take: the thicker the more, dashed where they come back; a stage is the darker the more time is spent in it. */
export function ProcessMap({ data }: { data: Analysis }) {
  const { t } = useTranslation('analysis');
  const { nodes } = data;
  const most = Math.max(1, ...nodes.map(({ totalDays }) => totalDays));
  const least = Math.max(1, data.deals * 0.01);
  return (
    <section className="panel process-map" aria-label={t('tabs.map')}>
      <svg viewBox={`90 0 540 ${nodes.length * row + 110}`} role="img" aria-label={t('mapLabel', { count: data.deals })}>
        <defs>
          <marker id="map-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto-start-reverse">
            <path d="M0,0 L8,4 L0,8 z" className="map-arrow" />
          </marker>
        </defs>
        {draw(
          data.edges.filter(({ count }) => count >= least),
          nodes,
        ).map(({ edge, path, x, y, width, back, anchor }) => (
          <g key={`${edge.from} ${edge.to}`} className={back ? 'map-back' : edge.to === 'lost' ? 'map-lost' : edge.to === 'won' ? 'map-won' : 'map-edge'}>
            <path d={path} strokeWidth={width} markerEnd="url(#map-arrow)" />
            <text x={x} y={y} style={{ textAnchor: anchor }}>
              {edge.count}
              {edge.from !== 'start' && ` · ${t('shortDays', { days: shown(edge.meanDays) })}`}
            </text>
          </g>
        ))}
        {nodes.map((node) => {
          const { x, y } = placeOf(node.stage, nodes);
          return (
            <g key={node.stage} className="map-node">
              <rect x={x - nodeWidth / 2} y={y - nodeHeight / 2} width={nodeWidth} height={nodeHeight} rx={8} />
              <rect className="map-time" x={x - nodeWidth / 2} y={y + nodeHeight / 2 - 5} width={(nodeWidth * node.totalDays) / most} height={5} rx={2} />
              <text x={x} y={y - 6} className="map-name">
                {node.name}
              </text>
              <text x={x} y={y + 14}>
                {t('node', { count: node.deals, days: node.stayed ? shown(node.stayed.mean) : '–' })}
              </text>
            </g>
          );
        })}
        {(['start', 'won', 'lost'] as const).map((end) => {
          const { x, y } = placeOf(end, nodes);
          return (
            <g key={end} className={`map-end map-${end}-end`}>
              <circle cx={x} cy={y} r={10} />
              <text x={end === 'start' ? x + 16 : x} y={end === 'start' ? y + 4 : y + 28} style={{ textAnchor: end === 'start' ? 'start' : 'middle' }}>
                {t(end)}
              </text>
            </g>
          );
        })}
      </svg>
      <p className="meta">{t('mapHint')}</p>
    </section>
  );
}
