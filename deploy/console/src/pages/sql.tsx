import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { call, path } from '../app/api';
import { ago, count, millis, moment } from '../app/format';
import type { Entry } from '../app/history';
import { cancel, csv, download, run, type ResultSet } from '../app/sql';
import { Results } from '../ui/cells';
import type { Handle } from '../ui/editor';
import { Save, SavedQueries } from '../ui/saved';
import { Empty, Failure, Head, Loading, Section, Shown, State } from '../ui/states';
import { catalogs, schemas, tables } from './catalog';

const Editor = lazy(() => import('../ui/editor'));
const Chart = lazy(() => import('../ui/chart'));

interface Sheet { id: number; text: string }
const KEY = 'boathouse.sql';

function stored(): Sheet[] {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? '[]') as Sheet[];
    return Array.isArray(found) && found.length > 0 ? found : [{ id: 1, text: 'SELECT 1 AS one' }];
  } catch {
    return [{ id: 1, text: 'SELECT 1 AS one' }];
  }
}

type Names = Record<string, Record<string, Record<string, string[]>>>;

/** Everything that can be named in a query, for completion; what cannot be listed is left out. */
async function namespace(): Promise<Names> {
  const found: Names = {};
  for (const catalog of (await catalogs()).slice(0, 20)) {
    const inside = (found[catalog.name] = {} as Record<string, Record<string, string[]>>);
    for (const schema of (await schemas(catalog.name).catch(() => [])).slice(0, 40)) {
      const listed = await tables(catalog.name, schema.name).catch(() => []);
      inside[schema.name] = Object.fromEntries(
        listed.map((table) => [table.name, ((table as { columns?: { name: string }[] }).columns ?? []).map((column) => column.name)]),
      );
    }
  }
  return found;
}

type Outcome = { state: 'none' } | { state: 'running'; id?: string } | { state: 'failed'; error: unknown } | { state: 'done'; result: ResultSet };

function ResultChart({ of }: { of: ResultSet }) {
  const numeric = of.columns.map((column, index) => ({ column, index })).filter(({ column }) => /^(BYTE|SHORT|INT|LONG|FLOAT|DOUBLE|DECIMAL)$/.test(column.type_name));
  const [x, setX] = useState(-1);
  const [y, setY] = useState(numeric[numeric.length - 1]?.index ?? -1);
  const series = useMemo(
    () => [{
      name: of.columns[y]?.name ?? '',
      points: of.rows.slice(0, 5000).map((row, index): [number, number] => [x < 0 ? index + 1 : Number(row[x]), Number(row[y])]).filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b)),
    }],
    [of, x, y],
  );
  if (numeric.length === 0) {
    return <Empty title="Nothing to draw.">A chart needs a column of numbers.</Empty>;
  }
  return (
    <>
      <div className="bar">
        <label className="field"><span>Across</span>
          <select value={x} onChange={(event) => setX(Number(event.target.value))}>
            <option value={-1}>row number</option>
            {numeric.map(({ column, index }) => <option key={index} value={index}>{column.name}</option>)}
          </select>
        </label>
        <label className="field"><span>Up</span>
          <select value={y} onChange={(event) => setY(Number(event.target.value))}>
            {numeric.map(({ column, index }) => <option key={index} value={index}>{column.name}</option>)}
          </select>
        </label>
      </div>
      <Suspense fallback={<Loading what="the chart" />}><Chart series={series} x={x < 0 ? 'row' : (of.columns[x]?.name ?? '')} /></Suspense>
    </>
  );
}

function Result({ of }: { of: ResultSet }) {
  const [drawn, setDrawn] = useState(false);
  return (
    <>
      <div className="section-head">
        <p role="status" className="small">
          {count(of.rows.length)} {of.rows.length === 1 ? 'row' : 'rows'}{of.truncated || of.rows.length < of.total ? ' of more' : ''} in {millis(of.millis)} ·{' '}
          <Link href={`/sql/history/${of.id}`}>profile</Link>
        </p>
        <span className="bar" style={{ margin: 0 }}>
          <button type="button" className="button tiny" aria-pressed={drawn} onClick={() => setDrawn(!drawn)}>{drawn ? 'Rows' : 'Chart'}</button>
          <button type="button" className="button tiny" onClick={() => download('result.csv', 'text/csv;charset=utf-8', csv(of.columns.map((column) => column.name), of.rows))}>
            Download CSV
          </button>
        </span>
      </div>
      {drawn ? <ResultChart of={of} /> : of.columns.length === 0 ? <Empty title="Done. The statement returns no rows." /> : <Results of={of} label="Result" tall />}
    </>
  );
}

function History({ open }: { open: (text: string) => void }) {
  const found = useQuery({ queryKey: ['history', 25], queryFn: () => call<{ res?: Entry[] }>(path(['api/2.0/sql/history/queries'], { max_results: 25 })) });
  return (
    <Shown of={found} what="history">
      {({ res = [] }) => (
        <ul className="list">
          {res.map((entry) => (
            <li key={entry.query_id}>
              <State of={entry.status} />
              <Link className="text mono" href={`/sql/history/${entry.query_id}`}>{entry.query_text}</Link>
              <span className="small" title={moment(entry.query_start_time_ms)}>{ago(entry.query_start_time_ms)} · {millis(entry.duration)}</span>
              <button type="button" className="button tiny" aria-label={`Edit ${entry.query_text.slice(0, 60)}`} onClick={() => open(entry.query_text)}>Edit</button>
            </li>
          ))}
        </ul>
      )}
    </Shown>
  );
}

export default function Sql() {
  const [search, setSearch] = useSearchParams();
  const queries = useQueryClient();
  const [sheets, setSheets] = useState<Sheet[]>(() => {
    const given = search.get('statement');
    const kept = stored();
    return given ? [...kept.filter((sheet) => sheet.text !== given), { id: Math.max(0, ...kept.map((sheet) => sheet.id)) + 1, text: given }] : kept;
  });
  const [chosen, setChosen] = useState(() => sheets[sheets.length - 1]?.id ?? 1);
  const [outcomes, setOutcomes] = useState<Record<number, Outcome>>({});
  const [warehouse, setWarehouse] = useState('default');
  const handle = useRef<Handle | null>(null);
  const names = useQuery({ queryKey: ['namespace'], queryFn: namespace, staleTime: 300_000 });
  const warehouses = useQuery({ queryKey: ['warehouses'], queryFn: () => call<{ warehouses?: { id: string; name: string }[] }>(path(['api/2.0/sql/warehouses'])) });
  const keep = (after: Sheet[]): void => {
    setSheets(after);
    localStorage.setItem(KEY, JSON.stringify(after));
  };
  const open = (text: string): void => {
    const id = Math.max(0, ...sheets.map((sheet) => sheet.id)) + 1;
    keep([...sheets, { id, text }]);
    setChosen(id);
  };
  const close = (id: number): void => {
    const rest = sheets.filter((sheet) => sheet.id !== id);
    const after = rest.length > 0 ? rest : [{ id: id + 1, text: '' }];
    keep(after);
    if (chosen === id) {
      setChosen(after[after.length - 1]?.id ?? 1);
    }
  };
  const outcome = outcomes[chosen] ?? { state: 'none' };
  const said = (id: number, what: Outcome): void => setOutcomes((before) => ({ ...before, [id]: what }));
  const start = useCallback(async (): Promise<void> => {
    const text = (handle.current?.text() ?? '').trim().replace(/;+\s*$/, '');
    if (text === '') {
      return;
    }
    const id = chosen;
    said(id, { state: 'running' });
    try {
      const result = await run(text, { onStart: (statement) => said(id, { state: 'running', id: statement }) }, warehouse);
      said(id, { state: 'done', result });
    } catch (error) {
      said(id, { state: 'failed', error });
    }
    await queries.invalidateQueries({ queryKey: ['history'] });
  }, [chosen, queries, warehouse]);
  const sheet = sheets.find((one) => one.id === chosen) ?? sheets[0];
  const share = (): void => setSearch({ statement: handle.current?.text() ?? '' }, { replace: true });
  return (
    <>
      <Head title="SQL" />
      <div className="editor-tabs" role="group" aria-label="Sheets">
        {sheets.map((one) => (
          <span key={one.id} className={one.id === chosen ? 'editor-tab chosen' : 'editor-tab'}>
            <button type="button" aria-pressed={one.id === chosen} onClick={() => setChosen(one.id)}>Sheet {one.id}</button>
            <button type="button" aria-label={`Close sheet ${one.id}`} onClick={() => close(one.id)}>×</button>
          </span>
        ))}
        <button type="button" className="button tiny" onClick={() => open('')}>New sheet</button>
      </div>
      {sheet ? (
        <Suspense fallback={<Loading what="the editor" />}>
          <Editor
            key={sheet.id}
            value={sheet.text}
            names={names.data ?? {}}
            onRun={() => void start()}
            onChange={(text) => keep(sheets.map((one) => (one.id === sheet.id ? { ...one, text } : one)))}
            handle={(made) => { handle.current = made; }}
          />
        </Suspense>
      ) : null}
      <div className="bar" style={{ marginTop: 10 }}>
        <button type="button" className="button first" disabled={outcome.state === 'running'} onClick={() => void start()}>Run</button>
        <button type="button" className="button" disabled={outcome.state !== 'running' || !outcome.id} onClick={() => { if (outcome.state === 'running' && outcome.id) { void cancel(outcome.id); } }}>Cancel</button>
        <Save text={() => handle.current?.text() ?? ''} warehouse={warehouse} />
        <button type="button" className="button" onClick={share}>Put into the address</button>
        <label className="field">
          <span className="hidden">Warehouse</span>
          <select value={warehouse} onChange={(event) => setWarehouse(event.target.value)}>
            {(warehouses.data?.warehouses ?? [{ id: 'default', name: 'default' }]).map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </select>
        </label>
        <span className="small">Runs what is selected, or all of it. Ctrl Enter.</span>
      </div>
      <Section title="Result">
        {outcome.state === 'none' ? <Empty title="Nothing has run here yet.">Write a statement and press Ctrl Enter. Tables are named catalog.schema.table; typing completes them.</Empty> : null}
        {outcome.state === 'running' ? <Loading what="the result" /> : null}
        {outcome.state === 'failed' ? <Failure error={outcome.error} /> : null}
        {outcome.state === 'done' ? <Result key={outcome.result.id} of={outcome.result} /> : null}
      </Section>
      <Section title="Saved queries"><SavedQueries open={open} text={() => handle.current?.text() ?? ''} /></Section>
      <Section title="History"><History open={open} /></Section>
    </>
  );
}
