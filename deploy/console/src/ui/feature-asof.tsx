import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { FeatureTable } from '../app/features';
import { literal, quoted, run, type Cell, type ResultSet } from '../app/sql';
import { Empty, Failure, Section, Snippet } from './states';

const NUMBER = /INT|LONG|SHORT|BYTE|DOUBLE|FLOAT/;

/** The statement that finds the row a label of this time gets; with leak, the row it must not get. */
function statement(table: FeatureTable, keys: Record<string, string>, at: Date, leak: boolean): string {
  const time = (when: Date): string => `CAST(${literal(when.toISOString())} AS TIMESTAMP)`;
  const event = quoted(table.timestamp_column);
  const { column, delay_seconds: delay = 0 } = table.known_at;
  const bounds = table.primary_keys.map((key) => `${quoted(key.name)} = ${NUMBER.test(key.type) ? String(Number(keys[key.name])) : literal(keys[key.name] ?? '')}`);
  bounds.push(`${event} <= ${time(leak || column ? at : new Date(at.getTime() - delay * 1000))}`);
  if (column && !leak) {
    bounds.push(`${quoted(column)} <= ${time(at)}`);
  }
  const newest = column ? `${event} DESC, ${quoted(column)} DESC` : `${event} DESC`;
  return `SELECT * FROM ${quoted(table.name)} WHERE ${bounds.join(' AND ')} ORDER BY ${newest} LIMIT 1`;
}

const same = (one: Cell[] | undefined, other: Cell[] | undefined): boolean => JSON.stringify(one) === JSON.stringify(other);

function Rows({ known, leak }: { known: ResultSet; leak: ResultSet }) {
  const [honest, naive] = [known.rows[0], leak.rows[0]];
  if (!honest && !naive) {
    return <Empty title="A label of this time gets no row.">The key has no event up to then: its features would be without values.</Empty>;
  }
  return (
    <>
      <p role="status">{same(honest, naive) ? 'A naive join would take the same row.' : 'A naive join would take a row that was not known yet.'}</p>
      <div className="table-box" tabIndex={0} role="region" aria-label="What a label gets">
        <table className="table">
          <thead><tr><th scope="col">Column</th><th scope="col">Known then</th><th scope="col">Naive</th></tr></thead>
          <tbody>
            {known.columns.map((column, index) => (
              <tr key={column.name}>
                <td>{column.name}</td>
                <td>{honest ? (honest[index] ?? '–') : 'no row'}</td>
                <td className={honest?.[index] === naive?.[index] ? '' : 'differs'}>{naive ? (naive[index] ?? '–') : 'no row'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** What a training set's label of a chosen time would get of this table, and what it must not get. */
export function AsOf({ table, usual, latest }: { table: FeatureTable; usual: Record<string, string>; latest: string }) {
  const [values, setValues] = useState(usual);
  const [at, setAt] = useState(latest);
  const asked = useMutation({
    mutationFn: async (): Promise<{ text: string; known: ResultSet; leak: ResultSet }> => {
      const time = new Date(`${at}Z`);
      const text = statement(table, values, time, false);
      const [known, leak] = await Promise.all([run(text), run(statement(table, values, time, true))]);
      return { text, known, leak };
    },
  });
  if (table.known_at.expression !== undefined || table.known_at.commit_time) {
    return (
      <Empty title={table.known_at.commit_time ? 'Its rows are known from their commit on.' : 'An expression says from when its rows are known.'}>
        A statement cannot ask for that. Make a training set with a single label of the time, and look at its row: <code>POST /api/2.0/boathouse/training-sets</code>.
      </Empty>
    );
  }
  const submit = (event: FormEvent): void => { event.preventDefault(); asked.mutate(); };
  return (
    <Section title="What a label of a time would see">
      <form className="bar" onSubmit={submit}>
        {table.primary_keys.map((key) => (
          <label key={key.name} className="field"><span>{key.name}</span><input className="input" required value={values[key.name] ?? ''} onChange={(event) => setValues({ ...values, [key.name]: event.target.value })} /></label>
        ))}
        <label className="field"><span>As of (UTC)</span><input className="input" type="datetime-local" step={1} required value={at} onChange={(event) => setAt(event.target.value)} /></label>
        <button type="submit" className="button first" disabled={asked.isPending}>Show</button>
      </form>
      {asked.error ? <Failure error={asked.error} /> : null}
      {asked.data ? <><Rows known={asked.data.known} leak={asked.data.leak} /><div className="spaced"><Snippet title="The statement" text={asked.data.text} /></div></> : null}
      <p className="small">A training set takes the newest row whose event and whose known time are not after the label’s time{table.known_at.column ? `; ${table.known_at.column} says when a row became known` : table.known_at.delay_seconds ? `; a row is known ${table.known_at.delay_seconds} s after its event` : ''}.</p>
    </Section>
  );
}
