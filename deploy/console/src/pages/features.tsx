import { useQuery } from '@tanstack/react-query';
import { lazy, useState } from 'react';
import { Link, useParams } from 'wouter';
import { call, own } from '../app/api';
import { keysOf, type FeatureTable, type Field } from '../app/features';
import { ago } from '../app/format';
import { Badge, Empty, Head, Section, Shown } from '../ui/states';

const One = lazy(() => import('./feature-table'));

interface Spec { name: string; version: number; owner: string; lookups: { table: string; lookup_keys: string[]; features: string[] }[]; inputs: Field[]; outputs: Field[]; created_at: number; created_by: string }

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
                  <span className="small text">{table.features.length} features by {keysOf(table)}{table.timestamp_column ? `, as of ${table.timestamp_column}` : ''}</span>
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

export default function Features() {
  const { name } = useParams<{ name?: string }>();
  return name ? <One key={name} name={decodeURIComponent(name)} /> : <List />;
}
