import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'wouter';
import { call, own } from '../app/api';
import { moment } from '../app/format';
import { Empty, Failure, Head, Loading, State } from '../ui/states';

interface Row { id: number; at: string; request_id: string; principal: string; action: string; securable_type?: string; securable_name?: string; decision: string; reason?: string; remote_address?: string; parameters?: Record<string, string> }
interface Page { records: Row[]; next_page_token?: string }

const FIELDS: [string, string][] = [['principal', 'Who'], ['action', 'Action'], ['name', 'Of'], ['request_id', 'Request id']];

export default function Audit() {
  const [search, setSearch] = useSearchParams();
  const asked = Object.fromEntries(['principal', 'action', 'name', 'request_id', 'decision'].map((key) => [key, search.get(key) ?? '']));
  const [form, setForm] = useState<Record<string, string>>(asked);
  const found = useInfiniteQuery({
    queryKey: ['audit', asked],
    queryFn: ({ pageParam }) => call<Page>(own(['audit'], { ...asked, max_results: 100, page_token: pageParam })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_page_token,
  });
  const rows = found.data?.pages.flatMap((page) => page.records) ?? [];
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setSearch(Object.fromEntries(Object.entries(form).filter(([, value]) => value.trim() !== '').map(([key, value]) => [key, value.trim()])));
  };
  return (
    <>
      <Head title="Audit" note="Who did what, when, and what was decided. Others’ entries are shown to administrators." />
      <form className="bar" onSubmit={submit}>
        {FIELDS.map(([key, label]) => (
          <label key={key} className="field grow"><span>{label}</span><input className="input" value={form[key] ?? ''} onChange={(event) => setForm({ ...form, [key]: event.target.value })} /></label>
        ))}
        <label className="field"><span>Decision</span>
          <select value={form['decision'] ?? ''} onChange={(event) => setForm({ ...form, decision: event.target.value })}>
            <option value="">any</option><option>ALLOWED</option><option>DENIED</option>
          </select>
        </label>
        <button type="submit" className="button first">Search</button>
      </form>
      {found.error ? <Failure error={found.error} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading what="the audit log" /> : null}
      {found.data && rows.length === 0 ? <Empty title="Nothing fits.">Names are whole names; actions are like CREATE_TABLE.</Empty> : null}
      {rows.length > 0 ? (
        <div className="table-box tall" tabIndex={0} role="region" aria-label="Audit log">
          <table className="table">
            <thead><tr>{['When', 'Who', 'Action', 'Of', 'Decision', 'Details', 'Request'].map((head) => <th key={head} scope="col">{head}</th>)}</tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  <td>{moment(row.at)}</td><td>{row.principal}</td><td className="mono">{row.action}</td>
                  <td>{row.securable_name ?? ''} <span className="small">{row.securable_type?.toLowerCase()}</span></td>
                  <td><State of={row.decision} /></td>
                  <td className="small">{[row.reason ?? '', ...Object.entries(row.parameters ?? {}).map(([key, value]) => `${key}: ${value}`)].filter(Boolean).join(', ')}</td>
                  <td className="mono small">{row.request_id}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {found.hasNextPage ? <p style={{ marginTop: 10 }}><button type="button" className="button" disabled={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>Older</button></p> : null}
    </>
  );
}
