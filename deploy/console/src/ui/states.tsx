import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../app/api';

export function Loading({ what }: { what: string }) {
  return (
    <div className="state" role="status">
      <span className="spinner" aria-hidden="true" />
      Loading {what}…
    </div>
  );
}

/** Nothing there yet, and how to change that. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state empty">
      <strong>{title}</strong>
      {children ? <div>{children}</div> : null}
    </div>
  );
}

function ways(status: number): string {
  if (status === 403) {
    return 'You have no right to this. Ask its owner or an administrator to grant it to you; Access tells who may.';
  }
  if (status === 404) {
    return 'There is no such thing, or you may not know of it.';
  }
  return '';
}

/** What the server refused: problem, remedy, and the id under which its log has it. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const problem = error instanceof ApiError ? error.problem : null;
  const remedy = problem ? ways(problem.status) : '';
  return (
    <div className={problem?.status === 403 ? 'state failure denied' : 'state failure'} role="alert">
      <strong>{problem ? problem.reason : 'Something went wrong'}</strong>
      <p>{problem ? problem.message : String(error)}</p>
      {remedy ? <p>{remedy}</p> : null}
      {problem?.requestId ? (
        <p className="small">
          Request <code>{problem.requestId}</code> <Copy text={problem.requestId} what="request id" />
        </p>
      ) : null}
      {retry ? (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** The three states of what was asked for: coming, refused, there. */
export function Shown<T>({ of, what, children }: { of: Asked<T>; what: string; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) {
    return <>{children(of.data)}</>;
  }
  if (of.error) {
    return <Failure error={of.error} retry={() => void of.refetch()} />;
  }
  return <Loading what={what} />;
}

export function Copy({ text, what }: { text: string; what: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).catch(() => undefined);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" className="button tiny" aria-label={`Copy ${what}`} onClick={() => void copy()}>
      {done ? 'Copied' : 'Copy'}
    </button>
  );
}

export function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <figure className="snippet">
      <figcaption>
        {title} <Copy text={text} what={title} />
      </figcaption>
      <pre tabIndex={0} aria-label={title}>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

export function Badge({ tone = 'plain', children }: { tone?: 'plain' | 'good' | 'bad' | 'busy' | 'warn'; children: ReactNode }) {
  return <span className={`badge ${tone}`}>{children}</span>;
}

export function toneOf(state: string): 'plain' | 'good' | 'bad' | 'busy' {
  if (/^(FINISHED|SUCCEEDED|READY|ALLOWED|DEPLOYMENT_READY|ACTIVE)$/.test(state)) {
    return 'good';
  }
  if (/FAIL|DENIED|CANCEL|KILLED|ABORTED/.test(state)) {
    return 'bad';
  }
  return /RUNNING|PENDING|QUEUED|UPDATING|IN_PROGRESS|STARTING|CREATING/.test(state) && !/^NOT_/.test(state) ? 'busy' : 'plain';
}

export function State({ of }: { of: string }) {
  return <Badge tone={toneOf(of)}>{of}</Badge>;
}

/** The head of a page: what it is, where it stands, what can be done. */
export function Head({ title, kind, crumbs, note, children }: { title: string; kind?: string; crumbs?: [string, string][]; note?: ReactNode; children?: ReactNode }) {
  return (
    <div className="head">
      <title>{`${title} · Boathouse`}</title>
      {crumbs ? (
        <nav aria-label="Breadcrumbs" className="crumbs">
          {crumbs.map(([href, name]) => (
            <span key={href}>
              <Link href={href}>{name}</Link> /{' '}
            </span>
          ))}
        </nav>
      ) : null}
      <div className="head-line">
        <h1>{title}</h1>
        {kind ? <Badge>{kind}</Badge> : null}
        <div className="actions">{children}</div>
      </div>
      {note ? <p className="note">{note}</p> : null}
    </div>
  );
}

export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({ title, children, actions }: { title: string; children: ReactNode; actions?: ReactNode }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

export function NotFound() {
  return (
    <>
      <Head title="Nothing here" />
      <Empty title="This address leads to no page.">
        <Link href="/">Go home</Link> or search for what you want with Ctrl K.
      </Empty>
    </>
  );
}
