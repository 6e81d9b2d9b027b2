import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { call, path } from '../app/api';
import { Failure } from './states';

interface Endpoint { name: string }
const EP = 'api/2.0/serving-endpoints';

/** A version onto a new endpoint, or in the place of what an endpoint serves. */
async function deploy(name: string, there: boolean, model: string, version: number): Promise<unknown> {
  const config = { served_entities: [{ entity_name: model, entity_version: String(version) }] };
  return there
    ? call(path([EP, name, 'config']), { method: 'PUT', body: config })
    : call(path([EP]), { method: 'POST', body: { name, config } });
}

export function Deploy({ model, version }: { model: string; version: number }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const endpoints = useQuery({ queryKey: ['endpoints'], queryFn: () => call<{ endpoints: Endpoint[] }>(path([EP])), enabled: open });
  const there = (endpoints.data?.endpoints ?? []).some((one) => one.name === name.trim());
  const deploying = useMutation({
    mutationFn: () => deploy(name.trim(), there, model, version),
    onSuccess: async () => {
      await queries.invalidateQueries();
      navigate(`/endpoints/${encodeURIComponent(name.trim())}`);
    },
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); deploying.mutate(); };
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>Deploy version {version}</button>
      <Dialog open={open} unmountOnHide onClose={() => setOpen(false)} className="dialog" backdrop={<div className="backdrop" />}>
        <div className="section-head">
          <DialogHeading className="dialog-title">Deploy version {version} of {model}</DialogHeading>
          <DialogDismiss className="button">Close</DialogDismiss>
        </div>
        <form className="form" onSubmit={submit}>
          <label className="field">
            <span>Endpoint</span>
            <input className="input" required pattern="[A-Za-z0-9][A-Za-z0-9_\-]*" list="endpoints" value={name} onChange={(event) => setName(event.target.value)} />
            <span className="small" role="status">
              {name.trim() === '' ? 'A new name makes an endpoint; one that is there serves this version from now on.' : there ? `${name.trim()} is there: this version takes the place of what it serves.` : `${name.trim()} will be made.`}
            </span>
          </label>
          <datalist id="endpoints">{(endpoints.data?.endpoints ?? []).map((one) => <option key={one.name} value={one.name} />)}</datalist>
          <div><button type="submit" className="button first" disabled={deploying.isPending}>Deploy</button></div>
          {deploying.error ? <Failure error={deploying.error} /> : null}
        </form>
      </Dialog>
    </>
  );
}
