import { useState, type FormEvent } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import Graph from '../ui/graph';
import { pageOf } from '../ui/names';
import { Empty, Head } from '../ui/states';

const KINDS = ['TABLE', 'FEATURE_SPEC', 'TRAINING_SET', 'RUN', 'MODEL_VERSION', 'ENDPOINT', 'FILE'];

export default function Lineage() {
  const [search] = useSearchParams();
  const [, navigate] = useLocation();
  const [kind, setKind] = useState(search.get('kind') ?? 'TABLE');
  const [name, setName] = useState(search.get('name') ?? '');
  const shownKind = search.get('kind') ?? 'TABLE';
  const shown = search.get('name') ?? '';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    navigate(`/lineage?kind=${encodeURIComponent(kind)}&name=${encodeURIComponent(name.trim())}`);
  };
  return (
    <>
      <Head title="Lineage" note="What was made from what: files, tables, features, runs, models, endpoints." >
        {shown && shownKind === 'TABLE' ? <Link className="button" href={pageOf(shownKind, shown)}>Open {shown}</Link> : null}
      </Head>
      <form className="bar" onSubmit={submit}>
        <label className="field"><span>Kind</span>
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            {(KINDS.includes(kind) ? KINDS : [kind, ...KINDS]).map((one) => <option key={one} value={one}>{one.toLowerCase().replaceAll('_', ' ')}</option>)}
          </select>
        </label>
        <label className="field grow"><span>Full name</span><input className="input" required placeholder="catalog.schema.table" value={name} onChange={(event) => setName(event.target.value)} /></label>
        <button type="submit" className="button first">Show</button>
      </form>
      {shown ? <Graph key={`${shownKind} ${shown}`} kind={shownKind} name={shown} /> : <Empty title="Name something to see where it comes from.">A table by its full name, a run by its id, an endpoint by its name.</Empty>}
    </>
  );
}
