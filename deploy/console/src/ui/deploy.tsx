import { Dialog, DialogDismiss, DialogHeading } from '@ariakit/react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { call, held, own, path } from '../app/api';
import { quoted } from '../app/sql';
import { useMe } from '../app/session';
import { Failure, Shown, Snippet } from './states';

interface Endpoint { name: string }
const EP = 'api/2.0/serving-endpoints';

/** A version onto a new endpoint, or in the place of what an endpoint serves. */
async function deploy(name: string, there: boolean, model: string, version: number): Promise<unknown> {
  const config = { served_entities: [{ entity_name: model, entity_version: String(version) }] };
  return there
    ? call(path([EP, name, 'config']), { method: 'PUT', body: config })
    : call(path([EP]), { method: 'POST', body: { name, config } });
}

/** Where the caller may deploy a model: onto a new endpoint, and onto which that are there. */
interface Rights { use: boolean; create: boolean; manage: string[] }

export function useDeployRights(model: string) {
  return useQuery({
    queryKey: ['deploy-rights', model],
    queryFn: async (): Promise<Rights> => {
      const [use, metastore, manage] = await Promise.all([
        call<{ allowed: boolean }>(own(['permissions', 'registered_model', model, 'explanation'], { privilege: 'EXECUTE' })),
        held('metastore', 'CREATE_SERVING_ENDPOINT'),
        held('serving_endpoint', 'CAN_MANAGE'),
      ]);
      return { use: use.allowed, create: metastore.length > 0, manage };
    },
    staleTime: 30_000,
  });
}

/** For who may not deploy a model: what is missing, and what to ask for. */
export function DeployRights({ model }: { model: string }) {
  const me = useMe();
  const who = `\`${me.userName.replaceAll('`', '``')}\``;
  return (
    <Shown of={useDeployRights(model)} what="your rights">
      {(rights) => rights.use && (rights.create || rights.manage.length > 0) ? null : (
        <div className="state failure denied">
          <strong>You may not deploy it</strong>
          <p>That needs EXECUTE on the model{rights.use ? ', which you have,' : ''} and CREATE SERVING ENDPOINT on the metastore, or CAN_MANAGE on an endpoint. Ask an administrator to run:</p>
          <Snippet title="Grants to ask for" text={[...(rights.use ? [] : [`GRANT EXECUTE ON MODEL ${quoted(model)} TO ${who}`]), `GRANT CREATE SERVING ENDPOINT ON METASTORE TO ${who}`].join(';\n')} />
        </div>
      )}
    </Shown>
  );
}

export function Deploy({ model, version }: { model: string; version: number }) {
  const rights = useDeployRights(model).data;
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const endpoints = useQuery({ queryKey: ['endpoints'], queryFn: () => call<{ endpoints: Endpoint[] }>(path([EP])), enabled: open });
  const there = (rights?.manage ?? []).includes(name.trim()) || (endpoints.data?.endpoints ?? []).some((one) => one.name === name.trim());
  const deploying = useMutation({
    mutationFn: () => deploy(name.trim(), there, model, version),
    onSuccess: async () => {
      await queries.invalidateQueries();
      navigate(`/endpoints/${encodeURIComponent(name.trim())}`);
    },
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); deploying.mutate(); };
  if (!rights?.use || (!rights.create && rights.manage.length === 0)) {
    return null;
  }
  const refused = name.trim() === '' ? '' : there && !rights.manage.includes(name.trim()) ? `${name.trim()} is not yours to change: it needs CAN_MANAGE on it.` : !there && !rights.create ? 'A new endpoint needs CREATE SERVING ENDPOINT on the metastore, which you have not.' : '';
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
              {refused || (name.trim() === '' ? 'A new name makes an endpoint; one that is there serves this version from now on.' : there ? `${name.trim()} is there: this version takes the place of what it serves.` : `${name.trim()} will be made.`)}
            </span>
          </label>
          <datalist id="endpoints">{(endpoints.data?.endpoints ?? []).map((one) => <option key={one.name} value={one.name} />)}</datalist>
          <div><button type="submit" className="button first" disabled={deploying.isPending || refused !== ''}>Deploy</button></div>
          {deploying.error ? <Failure error={deploying.error} /> : null}
        </form>
      </Dialog>
    </>
  );
}
