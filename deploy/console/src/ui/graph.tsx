import dagre from '@dagrejs/dagre';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { call, own } from '../app/api';
import { ago, moment } from '../app/format';
import { pageOf } from './names';
import { Empty, Shown } from './states';

interface End { kind: string; name: string; version?: number }
interface Edge { from: End; to: End; how: string; details?: Record<string, string>; at: string; principal: string; hops: number }
interface Walk { edges: Edge[]; complete: boolean }
interface Column { table_name?: string; column_name?: string; table?: string; column?: string; name?: string }
interface ColumnEdges { edges: { from: Column; to: Column; hops?: number }[] }

const WIDTH = 220;
const HEIGHT = 44;
const PAGES = new Set(['TABLE', 'VIEW', 'MODEL', 'MODEL_VERSION', 'ENDPOINT', 'SERVING_ENDPOINT', 'FEATURE_TABLE', 'RUN', 'PREDICTION']);
const FOLDED = 80;

async function walk(kind: string, name: string, hops: number): Promise<Walk> {
  const ask = (direction: string): Promise<Walk> => call<Walk>(own(['lineage'], { kind, name, direction, hops, max_edges: 400 }));
  const [up, down] = await Promise.all([ask('upstream'), ask('downstream')]);
  return { edges: [...up.edges, ...down.edges], complete: up.complete && down.complete };
}

const key = (end: End): string => `${end.kind} ${end.name}`;
const short = (text: string): string => (text.length > 32 ? `${text.slice(0, 14)}…${text.slice(-16)}` : text);

interface Box { end: End; x: number; y: number }

function layout(edges: Edge[], start: End): { boxes: Box[]; lines: { id: string; points: string; how: string }[]; width: number; height: number } {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 60, marginx: 12, marginy: 12 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ends = new Map<string, End>([[key(start), start]]);
  const ties = new Map<string, Edge>();
  for (const edge of edges) {
    if (key(edge.from) !== key(edge.to)) {
      ends.set(key(edge.from), edge.from);
      ends.set(key(edge.to), edge.to);
      ties.set(`${key(edge.from)} → ${key(edge.to)}`, edge);
    }
  }
  ends.forEach((_, id) => graph.setNode(id, { width: WIDTH, height: HEIGHT }));
  ties.forEach((edge) => graph.setEdge(key(edge.from), key(edge.to)));
  dagre.layout(graph);
  const boxes = [...ends].map(([id, end]) => {
    const place = graph.node(id) as { x: number; y: number };
    return { end, x: place.x - WIDTH / 2, y: place.y - HEIGHT / 2 };
  });
  const lines = [...ties].map(([id, edge]) => {
    const { points } = graph.edge(key(edge.from), key(edge.to)) as { points: { x: number; y: number }[] };
    return { id, how: edge.how, points: points.map((point) => `${point.x},${point.y}`).join(' ') };
  });
  const size = graph.graph() as { width?: number; height?: number };
  return { boxes, lines, width: size.width ?? WIDTH, height: size.height ?? HEIGHT };
}

function Drawing({ edges, start }: { edges: Edge[]; start: End }) {
  const [, navigate] = useLocation();
  const drawn = useMemo(() => layout(edges, start), [edges, start]);
  return (
    <div className="graph" tabIndex={0} role="region" aria-label="Lineage graph">
      <svg width={drawn.width} height={drawn.height} viewBox={`0 0 ${drawn.width} ${drawn.height}`} role="group" aria-label={`Lineage of ${start.name}; the same as a list stands below`}>
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="currentColor" />
          </marker>
        </defs>
        {drawn.lines.map((line) => (
          <polyline key={line.id} className="edge" points={line.points} markerEnd="url(#tip)">
            <title>{`${line.id}: ${line.how}`}</title>
          </polyline>
        ))}
        {drawn.boxes.map(({ end, x, y }) => (
          <g
            key={key(end)}
            className={key(end) === key(start) ? 'node start' : 'node'}
            transform={`translate(${x} ${y})`}
            onClick={() => navigate(`/lineage?kind=${encodeURIComponent(end.kind)}&name=${encodeURIComponent(end.name)}`)}
            style={{ cursor: 'pointer' }}
          >
            <title>{`${end.kind} ${end.name}`}</title>
            <rect width={WIDTH} height={HEIGHT} rx="8" />
            <text x="12" y="17" className="kind">{end.kind.toLowerCase().replaceAll('_', ' ')}</text>
            <text x="12" y="33">{short(end.name)}</text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function Columns({ table }: { table: string }) {
  const [column, setColumn] = useState('');
  const [asked, setAsked] = useState('');
  const found = useQuery({
    queryKey: ['column-lineage', table, asked],
    queryFn: async () => {
      const ask = (direction: string): Promise<ColumnEdges> => call(own(['lineage/columns'], { table_name: table, column_name: asked, direction }));
      const [up, down] = await Promise.all([ask('upstream'), ask('downstream')]);
      return [...up.edges, ...down.edges];
    },
    enabled: asked !== '',
  });
  const word = (end: Column): string => `${end.table_name ?? end.table ?? ''}.${end.column_name ?? end.column ?? end.name ?? ''}`;
  return (
    <details className="section">
      <summary>Follow one column</summary>
      <form className="bar" onSubmit={(event) => { event.preventDefault(); setAsked(column.trim()); }}>
        <label className="field grow"><span>Column of {table}</span><input className="input" required value={column} onChange={(event) => setColumn(event.target.value)} /></label>
        <button type="submit" className="button">Follow</button>
      </form>
      {asked === '' ? null : (
        <Shown of={found} what="the column's lineage">
          {(edges) => edges.length === 0 ? <p className="small">No statement that is recorded made this column from another, or another from it.</p> : (
            <ul className="list">{edges.map((edge, index) => <li key={index}><code>{word(edge.from)}</code> → <code>{word(edge.to)}</code></li>)}</ul>
          )}
        </Shown>
      )}
    </details>
  );
}

/** What a thing was made from and what was made from it, as far as the caller may know. */
export default function Graph({ kind, name }: { kind: string; name: string }) {
  const [hops, setHops] = useState(5);
  const found = useQuery({ queryKey: ['lineage', kind, name, hops], queryFn: () => walk(kind, name, hops) });
  const start = useMemo(() => ({ kind, name }), [kind, name]);
  return (
    <>
      <div className="bar">
        <label className="field">
          <span>Hops each way</span>
          <select value={hops} onChange={(event) => setHops(Number(event.target.value))}>
            {[1, 2, 3, 5, 10].map((count) => <option key={count}>{count}</option>)}
          </select>
        </label>
      </div>
      <Shown of={found} what="lineage">
        {({ edges, complete }) => edges.filter((edge) => key(edge.from) !== key(edge.to)).length === 0 ? (
          <Empty title="Nothing is recorded before or after this.">Statements, loads, training and deployments record what they read and made. What you may not see is not shown.</Empty>
        ) : (
          <>
            <Drawing edges={edges} start={start} />
            {complete ? null : <p className="small" role="status">There is more than is drawn; start nearer to what you look for.</p>}
            <details className="section">
              <summary>As a list ({edges.length})</summary>
              <ul className="list">
                {edges.slice(0, FOLDED).map((edge, index) => (
                  <li key={index}>
                    <Place of={edge.from} /> → <Place of={edge.to} />
                    <span className="badge plain">{edge.how}</span>
                    <span className="small end" title={moment(edge.at)}>{ago(edge.at)} by {edge.principal}</span>
                  </li>
                ))}
              </ul>
            </details>
          </>
        )}
      </Shown>
      {kind === 'TABLE' ? <Columns table={name} /> : null}
    </>
  );
}

function Place({ of }: { of: End }) {
  const label = of.version === undefined ? of.name : `${of.name} (version ${of.version})`;
  return PAGES.has(of.kind) ? <Link href={pageOf(of.kind, of.name)}>{label}</Link> : <span className="mono">{label}</span>;
}
