import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call, own } from '../app/api';
import { keyValue, type FeatureTable, type Field, type Online } from '../app/features';
import { ago, bytes, count, millis, moment, shown } from '../app/format';
import { Permitted } from './permitted';
import { Badge, Failure, Facts, Section, Shown } from './states';

const MODES = { SNAPSHOT: 'once, as of now', TRIGGERED: 'whenever it is asked to', CONTINUOUS: 'by itself, all the time' };

function Changing({ table, online }: { table: FeatureTable; online: Online }) {
  const queries = useQueryClient();
  const [mode, setMode] = useState('TRIGGERED');
  const change = useMutation({
    mutationFn: (what: 'publish' | 'sync') => call<Online>(own(['feature-tables', table.name, what]), { body: what === 'publish' ? { mode } : {} }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['online', table.name] }),
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); change.mutate('publish'); };
  const publishable = online.mode !== undefined && online.mode !== 'SNAPSHOT';
  return (
    <form className="bar" onSubmit={submit}>
      <label className="field"><span>Kept online</span>
        <select value={mode} onChange={(event) => setMode(event.target.value)}>{Object.entries(MODES).map(([id, words]) => <option key={id} value={id}>{id}: {words}</option>)}</select>
      </label>
      <button type="submit" className="button" disabled={change.isPending}>{online.mode ? 'Publish again' : 'Publish'}</button>
      {publishable ? <button type="button" className="button" disabled={change.isPending} onClick={() => change.mutate('sync')}>Sync now</button> : null}
      <span className="small" role="status">{change.isPending ? 'Working…' : change.data ? `Done: ${count(change.data.rows)} keys are online.` : ''}</span>
      {change.error ? <Failure error={change.error} /> : null}
    </form>
  );
}

/** What of the table is in the online store, how far behind it is, and the way to bring it up to date. */
export function OnlineStatus({ table }: { table: FeatureTable }) {
  const found = useQuery({ queryKey: ['online', table.name], queryFn: () => call<Online>(own(['feature-tables', table.name, 'online'])) });
  return (
    <Section title="Online store">
      <Shown of={found} what="the online store">
        {(online) => (
          <>
            <Facts of={[
              ['Mode', online.mode ? <Badge key="m" tone="good">{online.mode}</Badge> : 'not published'],
              ['Keys', count(online.rows)],
              ['Size', bytes(online.bytes)],
              ['Behind', online.lag_ms === undefined ? '–' : online.lag_versions ? <Badge key="l" tone="warn">{`${count(online.lag_versions)} versions, ${millis(online.lag_ms)}`}</Badge> : <Badge key="l" tone="good">up to date</Badge>],
              ['Version', online.version === undefined ? '–' : `${online.version}${online.table_version === undefined ? '' : ` of ${online.table_version}`}`],
              ['Newest event', moment(online.newest_event_time)],
              ['Synced', online.synced_at ? `${ago(online.synced_at)} (${moment(online.synced_at)})` : '–'],
              ['Kept for', online.ttl_seconds === undefined ? 'ever' : `${count(online.ttl_seconds)} s`],
            ]} />
            {online.problem ? <p className="state failure">{online.problem}</p> : null}
            <div className="spaced">
              <Permitted type="table" name={table.name} privilege="MODIFY">
                <Permitted type="table" name={table.name} privilege="SELECT"><Changing table={table} online={online} /></Permitted>
              </Permitted>
            </div>
          </>
        )}
      </Shown>
    </Section>
  );
}

/** Asks for the values of a key, as an endpoint does before it predicts. */
export function Lookup({ table, usual }: { table: FeatureTable; usual: Record<string, string> }) {
  const [values, setValues] = useState(usual);
  const asked = useMutation({
    mutationFn: (key: Record<string, unknown>) =>
      call<{ columns: Field[]; rows: { values: unknown[]; statuses: string[] }[] }>(own(['feature-tables', table.name, 'lookup']), { body: { keys: [key] } }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    asked.mutate(Object.fromEntries(table.primary_keys.map((key) => [key.name, keyValue(key, values[key.name] ?? '')])));
  };
  return (
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
  );
}
