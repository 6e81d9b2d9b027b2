import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call, own } from '../app/api';
import { shown } from '../app/format';
import { Facts, Failure } from './states';

/** What the file's name says it is. */
function formatOf(file: File): string {
  const ending = /\.([a-z]+)$/i.exec(file.name)?.[1]?.toLowerCase() ?? '';
  return ['json', 'jsonl', 'ndjson'].includes(ending) ? 'json' : ending === 'parquet' ? 'parquet' : 'csv';
}

async function load(table: string, file: File): Promise<Record<string, unknown>> {
  const upload = await call<{ upload_id: string }>(own(['ingest/uploads']), { method: 'POST', raw: file });
  return call(own(['ingest/load']), { body: { table, source: { upload_id: upload.upload_id }, format: formatOf(file) } });
}

/** Puts the rows of a file into a table, which is made if it is not there. */
export function Loader({ table, onLoaded }: { table: string; onLoaded?: () => void }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const loading = useMutation({
    mutationFn: (chosen: File) => load(table, chosen),
    onSuccess: async () => { await queries.invalidateQueries(); onLoaded?.(); },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (file) { loading.mutate(file); }
  };
  return (
    <form className="form" onSubmit={submit}>
      <label className="field">
        <span>File</span>
        <input type="file" className="input" required accept=".csv,.json,.jsonl,.ndjson,.parquet" onChange={(event) => setFile(event.target.files?.[0] ?? null)} />
        <span className="small">CSV, JSON lines or Parquet. Rows that do not fit are counted and left out.</span>
      </label>
      <div><button type="submit" className="button first" disabled={loading.isPending}>{loading.isPending ? 'Loading…' : 'Load'}</button></div>
      <div role="status">{loading.data ? <><p>Loaded.</p><Facts of={Object.entries(loading.data).filter(([, value]) => ['number', 'string'].includes(typeof value)).map(([key, value]): [string, string] => [key.replaceAll('_', ' '), shown(value)])} /></> : null}</div>
      {loading.error ? <Failure error={loading.error} /> : null}
    </form>
  );
}
