import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode } from 'react';
import { Link } from 'wouter';
import { call, own } from '../app/api';
import { keysOf, notesOf, rangeText, type FeatureTable } from '../app/features';
import { ago, count, moment, shown } from '../app/format';
import { AsOf } from '../ui/feature-asof';
import { Lookup, OnlineStatus } from '../ui/feature-online';
import { FeatureValues } from '../ui/feature-values';
import { Permitted } from '../ui/permitted';
import { Badge, Facts, Head, Section, Shown } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { Permissions } from './permissions';

const Graph = lazy(() => import('../ui/graph'));

interface Use { sources: string[]; feature_specs: string[]; model_versions: string[]; endpoints: string[]; complete: boolean }
interface TrainingSet { id: string; spec: string; spec_version: number; rows: number; created_at: number; created_by: string; feature_versions: Record<string, number> }
interface Sample { columns: string[]; rows: unknown[][] }

function known({ known_at: at }: FeatureTable): string {
  return at.commit_time ? 'when it was committed' : at.column ? `at ${at.column}` : at.expression ? `at ${at.expression}` : at.delay_seconds ? `${count(at.delay_seconds)} s after its time` : 'at its time';
}

function Features({ table }: { table: FeatureTable }) {
  const notes = useQuery({ queryKey: ['feature-notes', table.name], queryFn: () => notesOf(table) });
  const page = `/features/${encodeURIComponent(table.name)}`;
  return (
    <Section title={`${count(table.features.length)} features`}>
      <Shown of={notes} what="units, ranges and tags">
        {(noted) => (
          <div className="table-box" tabIndex={0} role="region" aria-label="Features">
            <table className="table">
              <thead><tr>{['Feature', 'Type', 'Unit', 'Expected', 'Description', 'Tags'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
              <tbody>
                {table.features.map((feature) => {
                  const note = noted.get(feature.name);
                  return (
                    <tr key={feature.name}>
                      <td><Link href={`${page}?tab=values&feature=${encodeURIComponent(feature.name)}`}>{feature.name}</Link></td>
                      <td className="mono">{feature.sql_type ?? feature.type}</td>
                      <td>{note?.unit ?? '–'}</td>
                      <td>{rangeText(note?.expected_range)}</td>
                      <td>{feature.comment ?? note?.comment ?? '–'}</td>
                      <td>{Object.entries(note?.tags ?? {}).map(([key, value]) => <Badge key={key}>{value ? `${key}: ${value}` : key}</Badge>)}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </Shown>
    </Section>
  );
}

function About({ table }: { table: FeatureTable }) {
  return (
    <>
      <Section title="Keys and time">
        <Facts of={[['Owner', table.owner], ['Primary key', keysOf(table)], ['Time', table.timestamp_column], ['Known', known(table)], ['Declared at version', shown(table.version)], ['Refreshed', table.refreshed_at ? `${ago(table.refreshed_at)} (${moment(table.refreshed_at)})` : '–']]} />
      </Section>
      <Features table={table} />
      <OnlineStatus table={table} />
    </>
  );
}

function Names({ title, names, to, none }: { title: string; names: string[]; to: (name: string) => string; none: string }) {
  return (
    <Section title={title}>
      {names.length === 0 ? <p className="small">{none}</p> : <ul className="list">{names.map((name) => <li key={name}><Link href={to(name)}>{name}</Link></li>)}</ul>}
    </Section>
  );
}

function Consumers({ table }: { table: FeatureTable }) {
  const used = useQuery({ queryKey: ['feature-use', table.name], queryFn: () => call<Use>(own(['feature-tables', table.name, 'use'])) });
  const sets = useQuery({ queryKey: ['training-sets'], queryFn: () => call<{ training_sets: TrainingSet[] }>(own(['training-sets'])) });
  const catalog = (name: string): string => `/catalog/${encodeURIComponent(name)}`;
  return (
    <>
      <Shown of={used} what="who uses it">
        {(use) => (
          <>
            <div className="grid">
              <Names title="Made from" names={use.sources} to={catalog} none="Nothing that you may see." />
              <Names title="Feature specs" names={use.feature_specs} to={(name) => `/lineage?kind=FEATURE_SPEC&name=${encodeURIComponent(name.replace(/\/.*/, ''))}`} none="No spec looks it up yet." />
              <Names title="Models" names={use.model_versions} to={(name) => `/models/${encodeURIComponent(name.replace(/\/\d+$/, ''))}`} none="No model was made with it yet." />
              <Names title="Endpoints" names={use.endpoints} to={(name) => `/endpoints/${encodeURIComponent(name)}`} none="No endpoint serves from it yet." />
            </div>
            {use.complete ? null : <p className="small">There are more than are shown; the lineage has all.</p>}
          </>
        )}
      </Shown>
      <Section title="Your training sets">
        <Shown of={sets} what="training sets">
          {({ training_sets: all }) => {
            const mine = all.filter((set) => table.name in set.feature_versions);
            return mine.length === 0 ? <p className="small">None of yours was joined from it.</p> : (
              <ul className="list">
                {mine.map((set) => <li key={set.id}><span className="mono">{set.id}</span><span className="small text">{set.spec} version {set.spec_version}, {count(set.rows)} rows, from version {set.feature_versions[table.name]}</span><span className="small end" title={moment(set.created_at)}>{ago(set.created_at)}</span></li>)}
              </ul>
            );
          }}
        </Shown>
      </Section>
      <Section title="Lineage"><Graph kind="TABLE" name={table.name} /></Section>
    </>
  );
}

/** A key that is there, and a time at which it has a row, so that the first try shows something. */
function WithKey({ table, children }: { table: FeatureTable; children: (key: Record<string, string>, latest: string) => ReactNode }) {
  const found = useQuery({ queryKey: ['feature-sample', table.name], queryFn: () => call<Sample>(own(['feature-tables', table.name, 'sample'], { limit: 1 })) });
  return (
    <Shown of={found} what="a key to try">
      {(sample) => {
        const row = Object.fromEntries(sample.columns.map((column, index) => [column, sample.rows[0]?.[index]]));
        const time = new Date(String(row[table.timestamp_column] ?? ''));
        const latest = (Number.isNaN(time.getTime()) ? new Date() : time).toISOString().slice(0, 19);
        return children(Object.fromEntries(table.primary_keys.map((key) => [key.name, row[key.name] === undefined ? '' : String(row[key.name])])), latest);
      }}
    </Shown>
  );
}

export default function FeatureTablePage({ name }: { name: string }) {
  const found = useQuery({ queryKey: ['feature-table', name], queryFn: () => call<FeatureTable>(own(['feature-tables', name])) });
  const readable = (children: ReactNode): ReactNode => <Permitted type="table" name={name} privilege="SELECT">{children}</Permitted>;
  return (
    <Shown of={found} what="the feature table">
      {(table) => (
        <>
          <Head title={name} kind="feature table" crumbs={[['/features', 'Features']]} note={table.comment}>
            <a className="button" href={own(['feature-tables', name, 'document'])} target="_blank" rel="noreferrer">As a document</a>
            <Link className="button" href={`/catalog/${encodeURIComponent(name)}`}>Open the table</Link>
          </Head>
          <Tabs label="Feature table" tabs={[
            { id: 'about', name: 'About', content: () => <About table={table} /> },
            { id: 'values', name: 'Values and drift', content: () => readable(<FeatureValues table={table} />) },
            { id: 'lookup', name: 'Live lookup', content: () => readable(<WithKey table={table}>{(key) => <Lookup table={table} usual={key} />}</WithKey>) },
            { id: 'asof', name: 'Point in time', content: () => readable(<WithKey table={table}>{(key, latest) => <AsOf table={table} usual={key} latest={latest} />}</WithKey>) },
            { id: 'consumers', name: 'Consumers', content: () => <Consumers table={table} /> },
            { id: 'permissions', name: 'Permissions', content: () => <Permissions type="table" name={name} /> },
          ]} />
        </>
      )}
    </Shown>
  );
}
