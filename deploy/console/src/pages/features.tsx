import { useMutation, useQuery } from '@tanstack/react-query';
import { lazy, useState, type FormEvent } from 'react';
import { Link, useParams } from 'wouter';
import { call, own } from '../app/api';
import { ago, bytes, count, moment, shown } from '../app/format';
import { Badge, Empty, Facts, Failure, Head, Section, Shown, Snippet } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { Permissions } from './permissions';

const Graph = lazy(() => import('../ui/graph'));

interface Field { name: string; type: string; sql_type?: string }
interface FeatureTable { name: string; owner: string; primary_keys: Field[]; timestamp_column?: string; known_at?: { delay_seconds?: number; column?: string }; features: Field[]; version?: number; refreshed_at?: number; comment?: string; description?: string }
interface Spec { name: string; version: number; owner: string; lookups: { table: string; lookup_keys: string[]; features: string[] }[]; inputs: Field[]; outputs: Field[]; created_at: number; created_by: string }
interface Statistic { name: string; type: string; null_share?: number; min?: unknown; max?: unknown; mean?: number; approximate_distinct?: number; histogram?: unknown; quantiles?: unknown }

const keys = (fields: Field[]): string => fields.map((field) => field.name).join(', ');

function List() {
  const [words, setWords] = useState('');
  const tables = useQuery({ queryKey: ['feature-tables'], queryFn: () => call<{ feature_tables: FeatureTable[] }>(own(['feature-tables'])) });
  const specs = useQuery({ queryKey: ['feature-specs'], queryFn: () => call<{ feature_specs: Spec[] }>(own(['feature-specs'])) });
  const fits = (table: FeatureTable): boolean => {
    const wanted = words.trim().toLowerCase();
    return wanted === '' || [table.name, ...table.features.map((one) => one.name), ...table.primary_keys.map((one) => one.name)].some((name) => name.toLowerCase().includes(wanted));
  };
  return (
    <>
      <Head title="Features" note="Tables with a key and a time, that training sets and live lookups are joined from." />
      <div className="bar"><label className="field grow"><span>Search tables, keys and features</span><input className="input" value={words} onChange={(event) => setWords(event.target.value)} /></label></div>
      <Section title="Feature tables">
        <Shown of={tables} what="feature tables">
          {({ feature_tables }) => feature_tables.filter(fits).length === 0 ? (
            <Empty title={words ? 'Nothing fits.' : 'No feature table that you may see.'}>Register a table that has a key: <code>deploy/boathouse features --help</code>.</Empty>
          ) : (
            <ul className="list">
              {feature_tables.filter(fits).map((table) => (
                <li key={table.name}>
                  <Link href={`/features/${encodeURIComponent(table.name)}`}>{table.name}</Link>
                  <span className="small text">{table.features.length} features by {keys(table.primary_keys)}{table.timestamp_column ? `, as of ${table.timestamp_column}` : ''}</span>
                  <span className="small end">{table.refreshed_at ? `fresh ${ago(table.refreshed_at)}` : ''}</span>
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Section>
      <Section title="Feature specs">
        <Shown of={specs} what="feature specs">
          {({ feature_specs }) => feature_specs.length === 0 ? <p className="small">No spec that you may see.</p> : (
            <ul className="list">
              {feature_specs.map((spec) => (
                <li key={spec.name}>
                  <strong>{spec.name}</strong><Badge>version {spec.version}</Badge>
                  <span className="small text">{spec.lookups.map((lookup) => `${lookup.table} by ${lookup.lookup_keys.join(', ')}`).join('; ')}</span>
                  <Link className="small end" href={`/lineage?kind=FEATURE_SPEC&name=${encodeURIComponent(spec.name)}`}>lineage</Link>
                </li>
              ))}
            </ul>
          )}
        </Shown>
      </Section>
    </>
  );
}

function Statistics({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['feature-statistics', name], queryFn: () => call<{ version: number; rows: number; approximate_keys?: number; features: Statistic[] }>(own(['feature-tables', name, 'statistics'])) });
  return (
    <Shown of={found} what="statistics; it reads the whole table">
      {(statistics) => (
        <Section title={`Version ${statistics.version}: ${count(statistics.rows)} rows, about ${count(statistics.approximate_keys)} keys`}>
          <div className="table-box" tabIndex={0} role="region" aria-label="Statistics">
            <table className="table">
              <thead><tr>{['Feature', 'Type', 'Least', 'Most', 'Mean', 'About distinct', 'Nulls'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
              <tbody>
                {statistics.features.map((one) => (
                  <tr key={one.name}>
                    <td><strong>{one.name}</strong></td><td className="mono">{one.type.toLowerCase()}</td><td>{shown(one.min)}</td><td>{shown(one.max)}</td><td>{shown(one.mean)}</td><td>{count(one.approximate_distinct)}</td>
                    <td className="small">{one.null_share === undefined ? '' : <>{(one.null_share * 100).toFixed(1)} %<span className="meter" aria-hidden="true"><span style={{ width: `${one.null_share * 100}%` }} /></span></>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      )}
    </Shown>
  );
}

function Lookup({ table }: { table: FeatureTable }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const online = useQuery({ queryKey: ['online', table.name], queryFn: () => call<{ rows: number; bytes: number; newest_event_time?: string; published_at?: string; version: number }>(own(['feature-tables', table.name, 'online'])) });
  const asked = useMutation({
    mutationFn: (key: Record<string, unknown>) =>
      call<{ columns: Field[]; rows: { values: unknown[]; statuses: string[] }[] }>(own(['feature-tables', table.name, 'lookup']), { body: { keys: [key] } }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    asked.mutate(Object.fromEntries(table.primary_keys.map((key) => [key.name, /INT|LONG|SHORT|BYTE|DOUBLE|FLOAT/.test(key.type) ? Number(values[key.name]) : (values[key.name] ?? '')])));
  };
  return (
    <>
      <Section title="Online store">
        <Shown of={online} what="the online store">
          {(store) => <Facts of={[['Keys', count(store.rows)], ['Size', bytes(store.bytes)], ['Newest event', moment(store.newest_event_time)], ['Published', moment(store.published_at)], ['From version', String(store.version)]]} />}
        </Shown>
      </Section>
      <Section title="Look a key up">
        <form className="bar" onSubmit={submit}>
          {table.primary_keys.map((key) => (
            <label key={key.name} className="field"><span>{key.name}</span><input className="input" required value={values[key.name] ?? ''} onChange={(event) => setValues({ ...values, [key.name]: event.target.value })} /></label>
          ))}
          <button type="submit" className="button first" disabled={asked.isPending}>Look up</button>
        </form>
        <div role="status">
          {asked.data ? (
            <ul className="list">
              {asked.data.columns.map((column, index) => (
                <li key={column.name}><span>{column.name}</span><span className="mono end">{shown(asked.data.rows[0]?.values[index])}</span><Badge tone={asked.data.rows[0]?.statuses[index] === 'PRESENT' ? 'good' : 'warn'}>{asked.data.rows[0]?.statuses[index]}</Badge></li>
              ))}
            </ul>
          ) : null}
        </div>
        {asked.error ? <Failure error={asked.error} /> : null}
      </Section>
    </>
  );
}

function One({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['feature-table', name], queryFn: () => call<FeatureTable>(own(['feature-tables', name])) });
  return (
    <Shown of={found} what="the feature table">
      {(table) => (
        <>
          <Head title={name} kind="feature table" crumbs={[['/features', 'Features']]} note={table.description ?? table.comment}>
            <Link className="button" href={`/catalog/${encodeURIComponent(name)}`}>Open the table</Link>
          </Head>
          <Tabs label="Feature table" tabs={[
            {
              id: 'about', name: 'About', content: () => (
                <>
                  <Section title="Keys and time">
                    <Facts of={[['Owner', table.owner], ['Primary key', keys(table.primary_keys)], ['Time', table.timestamp_column ?? '–'], ['Known after', `${table.known_at?.delay_seconds ?? 0} s`], ['Version', shown(table.version)], ['Refreshed', table.refreshed_at ? `${ago(table.refreshed_at)} (${moment(table.refreshed_at)})` : '–']]} />
                  </Section>
                  <Section title={`${table.features.length} features`}>
                    <ul className="list">{table.features.map((feature) => <li key={feature.name}><strong>{feature.name}</strong><span className="mono small end">{feature.sql_type ?? feature.type}</span></li>)}</ul>
                  </Section>
                  <Snippet title="Shell" text={`deploy/boathouse features --help`} />
                </>
              ),
            },
            { id: 'statistics', name: 'Statistics', content: () => <Statistics name={name} /> },
            { id: 'lookup', name: 'Live lookup', content: () => <Lookup table={table} /> },
            { id: 'consumers', name: 'Lineage and consumers', content: () => <Graph kind="TABLE" name={name} /> },
            { id: 'permissions', name: 'Permissions', content: () => <Permissions type="table" name={name} /> },
          ]} />
        </>
      )}
    </Shown>
  );
}

export default function Features() {
  const { name } = useParams<{ name?: string }>();
  return name ? <One key={name} name={decodeURIComponent(name)} /> : <List />;
}
