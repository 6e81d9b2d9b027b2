import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { all, call, path } from '../app/api';
import { ago, moment } from '../app/format';
import { isAdministrator, useMe } from '../app/session';
import { Badge, Empty, Failure, Shown } from './states';

export interface Saved { id: string; display_name: string; query_text: string; owner_user_name: string; last_modifier_user_name: string; update_time: string; warehouse_id?: string }
interface Holder { user_name?: string; group_name?: string; service_principal_name?: string; all_permissions: { permission_level: string }[] }

const QUERIES = 'api/2.0/sql/queries';
const PERMISSIONS = 'api/2.0/permissions/queries';
const LEVELS = ['CAN_VIEW', 'CAN_RUN', 'CAN_EDIT', 'CAN_MANAGE'];

const listed = (): Promise<Saved[]> =>
  all<{ results?: Saved[]; next_page_token?: string }, Saved>((token) => path([QUERIES], { page_size: 100, page_token: token }), (page) => page.results);

const nameOf = (holder: Holder): string => holder.user_name ?? holder.group_name ?? holder.service_principal_name ?? '';

function Share({ query }: { query: Saved }) {
  const queries = useQueryClient();
  const [kind, setKind] = useState('user_name');
  const [name, setName] = useState('');
  const [level, setLevel] = useState('CAN_RUN');
  const key = ['query-permissions', query.id];
  const found = useQuery({ queryKey: key, queryFn: () => call<{ access_control_list: Holder[] }>(path([PERMISSIONS, query.id])) });
  const sharing = useMutation({
    mutationFn: () => call(path([PERMISSIONS, query.id]), { method: 'PATCH', body: { access_control_list: [{ [kind]: name.trim(), permission_level: level }] } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); sharing.mutate(); };
  return (
    <>
      <p className="note">Whoever runs it sees what their own rights let them see. It belongs to {query.owner_user_name}.</p>
      <form className="bar" onSubmit={submit}>
        <label className="field"><span>Kind</span>
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="user_name">user</option><option value="group_name">group</option><option value="service_principal_name">service principal</option>
          </select>
        </label>
        <label className="field grow"><span>Share with</span><input className="input" required value={name} onChange={(event) => setName(event.target.value)} /></label>
        <label className="field"><span>Level</span><select value={level} onChange={(event) => setLevel(event.target.value)}>{LEVELS.map((one) => <option key={one}>{one}</option>)}</select></label>
        <button type="submit" className="button first" disabled={sharing.isPending}>Share</button>
      </form>
      {sharing.error ? <Failure error={sharing.error} /> : null}
      <Shown of={found} what="whom it is shared with">
        {({ access_control_list: holders }) => holders.length === 0 ? <p className="small">Shared with nobody yet.</p> : (
          <ul className="list">{holders.map((holder) => <li key={nameOf(holder)}><strong>{nameOf(holder)}</strong>{holder.all_permissions.map((one) => <Badge key={one.permission_level}>{one.permission_level}</Badge>)}</li>)}</ul>
        )}
      </Shown>
    </>
  );
}

/** Keeps what the editor holds, under a name. */
export function Save({ text, warehouse }: { text: () => string; warehouse: string }) {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const saving = useMutation({
    mutationFn: () => call<Saved>(path([QUERIES]), { body: { query: { display_name: name.trim(), query_text: text(), warehouse_id: warehouse } } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['saved-queries'] });
      setOpen(false);
      setName('');
    },
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); saving.mutate(); };
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>Save</button>
      <Dialog open={open} unmountOnHide onClose={() => setOpen(false)} className="dialog" backdrop={<div className="backdrop" />}>
        <div className="section-head"><DialogHeading className="dialog-title">Save this query</DialogHeading><DialogDismiss className="button">Close</DialogDismiss></div>
        <form className="form" onSubmit={submit}>
          <label className="field"><span>Query name</span><input className="input" required maxLength={255} value={name} onChange={(event) => setName(event.target.value)} /></label>
          <div><button type="submit" className="button first" disabled={saving.isPending}>Save query</button></div>
          {saving.error ? <Failure error={saving.error} /> : null}
        </form>
      </Dialog>
    </>
  );
}

/** How much of a query is the caller's: of another's query the server tells the caller's own levels. */
function useLevel(query: Saved): string | undefined {
  const me = useMe();
  const all = query.owner_user_name === me.userName || isAdministrator(me);
  const found = useQuery({
    queryKey: ['query-permissions', query.id],
    queryFn: () => call<{ access_control_list: Holder[] }>(path([PERMISSIONS, query.id])),
    enabled: !all,
  });
  if (all) {
    return 'CAN_MANAGE';
  }
  const levels = (found.data?.access_control_list ?? []).flatMap((holder) => holder.all_permissions.map((one) => one.permission_level));
  return found.data ? (LEVELS.findLast((level) => levels.includes(level)) ?? 'CAN_VIEW') : undefined;
}

interface Doing { overwrite: () => void; share: () => void; remove: () => void }

function Changing({ query, overwrite, share, remove }: { query: Saved } & Doing) {
  const level = useLevel(query);
  const name = query.display_name;
  const manages = level === 'CAN_MANAGE';
  return (
    <>
      {manages || level === 'CAN_EDIT' ? <button type="button" className="button tiny" aria-label={`Overwrite ${name}`} onClick={overwrite}>Overwrite</button> : null}
      {manages ? <button type="button" className="button tiny" aria-label={`Share ${name}`} onClick={share}>Share</button> : null}
      {manages ? <button type="button" className="button tiny" aria-label={`Delete ${name}`} onClick={remove}>Delete</button> : null}
      {level === undefined || manages ? null : <span className="small">{level}: {query.owner_user_name} can give you {level === 'CAN_EDIT' ? 'CAN_MANAGE to share or delete it' : 'CAN_EDIT to change it'}</span>}
    </>
  );
}

/** The queries that the caller may see: open, overwrite, share, delete. */
export function SavedQueries({ open, text }: { open: (text: string) => void; text: () => string }) {
  const queries = useQueryClient();
  const [shared, setShared] = useState<Saved | null>(null);
  const found = useQuery({ queryKey: ['saved-queries'], queryFn: listed });
  const change = useMutation({
    mutationFn: ({ id, body }: { id: string; body?: unknown }) => call(path([QUERIES, id]), body ? { method: 'PATCH', body } : { method: 'DELETE' }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['saved-queries'] }),
  });
  return (
    <>
      {change.error ? <Failure error={change.error} /> : null}
      <Shown of={found} what="saved queries">
        {(saved) => saved.length === 0 ? <Empty title="No saved query that you may see.">Write one above and save it under a name; then share it with people and groups.</Empty> : (
          <ul className="list">
            {saved.map((one) => (
              <li key={one.id}>
                <strong>{one.display_name}</strong>
                <span className="mono text">{one.query_text}</span>
                <span className="small" title={moment(one.update_time)}>{ago(one.update_time)} by {one.last_modifier_user_name}</span>
                <button type="button" className="button tiny" aria-label={`Open ${one.display_name}`} onClick={() => open(one.query_text)}>Open</button>
                <Changing query={one} overwrite={() => change.mutate({ id: one.id, body: { query: { query_text: text() }, update_mask: 'query_text' } })} share={() => setShared(one)} remove={() => change.mutate({ id: one.id })} />
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <Dialog open={shared !== null} unmountOnHide onClose={() => setShared(null)} className="dialog" backdrop={<div className="backdrop" />}>
        <div className="section-head"><DialogHeading className="dialog-title">Share {shared?.display_name}</DialogHeading><DialogDismiss className="button">Close</DialogDismiss></div>
        {shared ? <Share query={shared} /> : null}
      </Dialog>
    </>
  );
}
