import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { literal, quoted, run } from '../app/sql';
import { Loader } from '../ui/loader';
import { Permitted } from '../ui/permitted';
import { Failure, Section, Snippet } from '../ui/states';

interface Column { name: string; type: string }
const TYPES = ['BIGINT', 'INT', 'DOUBLE', 'DECIMAL(18,2)', 'STRING', 'BOOLEAN', 'DATE', 'TIMESTAMP', 'BINARY'];

/** Runs the statement that makes something, and goes to its page. */
function useMaking(page: string) {
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  return useMutation({
    mutationFn: (statement: string) => run(statement),
    onSuccess: async () => {
      await queries.invalidateQueries();
      navigate(`/catalog/${encodeURIComponent(page)}`);
    },
  });
}

const comment = (text: string): string => (text.trim() === '' ? '' : ` COMMENT ${literal(text.trim())}`);

function Columns({ columns, change }: { columns: Column[]; change: (columns: Column[]) => void }) {
  const set = (index: number, part: Partial<Column>): void => change(columns.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <fieldset className="field">
      <legend>Columns</legend>
      {columns.map((column, index) => (
        <div key={index} className="bar tight">
          <input className="input grow" required aria-label={`Name of column ${index + 1}`} placeholder="name" value={column.name} onChange={(event) => set(index, { name: event.target.value })} />
          <select aria-label={`Type of column ${index + 1}`} value={column.type} onChange={(event) => set(index, { type: event.target.value })}>
            {TYPES.map((type) => <option key={type}>{type}</option>)}
          </select>
          {columns.length > 1 ? <button type="button" className="button" aria-label={`Remove column ${index + 1}`} onClick={() => change(columns.filter((_, at) => at !== index))}>×</button> : null}
        </div>
      ))}
      <div><button type="button" className="button tiny" onClick={() => change([...columns, { name: '', type: 'STRING' }])}>Add a column</button></div>
    </fieldset>
  );
}

function ByColumns({ schema }: { schema: string }) {
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const [columns, setColumns] = useState<Column[]>([{ name: '', type: 'BIGINT' }]);
  const full = `${schema}.${name.trim()}`;
  const statement = `CREATE TABLE ${quoted(full)} (${columns.map((column) => `${quoted(column.name)} ${column.type}`).join(', ')})${comment(words)}`;
  const making = useMaking(full);
  const submit = (event: FormEvent): void => { event.preventDefault(); making.mutate(statement); };
  return (
    <form className="form" onSubmit={submit}>
      <label className="field"><span>Table name</span><input className="input" required pattern="[^.]+" value={name} onChange={(event) => setName(event.target.value)} /></label>
      <Columns columns={columns} change={setColumns} />
      <label className="field"><span>Comment</span><input className="input" value={words} onChange={(event) => setWords(event.target.value)} /></label>
      <Snippet title="The same in SQL" text={statement} />
      <div><button type="submit" className="button first" disabled={making.isPending}>Create table</button></div>
      {making.error ? <Failure error={making.error} /> : null}
    </form>
  );
}

function ByFile({ schema }: { schema: string }) {
  const [name, setName] = useState('');
  const [, navigate] = useLocation();
  const full = `${schema}.${name.trim()}`;
  return (
    <>
      <label className="field form"><span>Name of the new table</span><input className="input" pattern="[^.]+" value={name} onChange={(event) => setName(event.target.value)} /></label>
      {name.trim() === '' ? <p className="small">Name it, then choose its file.</p> : <Loader table={full} onLoaded={() => navigate(`/catalog/${encodeURIComponent(full)}`)} />}
    </>
  );
}

/** Makes a table in a schema: by its columns, or from a file with the columns that are found there. */
export function MakeTable({ schema }: { schema: string }) {
  return (
    <Permitted type="schema" name={schema} privilege="CREATE TABLE">
      <div className="grid">
        <Section title="Make a table by its columns"><ByColumns schema={schema} /></Section>
        <Section title="Make a table from a file"><ByFile schema={schema} /></Section>
      </div>
    </Permitted>
  );
}

/** Makes a schema in a catalog. */
export function MakeSchema({ catalog }: { catalog: string }) {
  const [name, setName] = useState('');
  const [words, setWords] = useState('');
  const full = `${catalog}.${name.trim()}`;
  const making = useMaking(full);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    making.mutate(`CREATE SCHEMA ${quoted(full)}${comment(words)}`);
  };
  return (
    <Permitted type="catalog" name={catalog} privilege="CREATE SCHEMA">
      <Section title="Make a schema">
        <form className="form" onSubmit={submit}>
          <label className="field"><span>Schema name</span><input className="input" required pattern="[^.]+" value={name} onChange={(event) => setName(event.target.value)} /></label>
          <label className="field"><span>Comment</span><input className="input" value={words} onChange={(event) => setWords(event.target.value)} /></label>
          <div><button type="submit" className="button first" disabled={making.isPending}>Create schema</button></div>
          {making.error ? <Failure error={making.error} /> : null}
        </form>
      </Section>
    </Permitted>
  );
}
