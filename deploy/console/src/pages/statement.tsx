import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'wouter';
import { call, path } from '../app/api';
import { count, millis, moment } from '../app/format';
import type { Entry } from '../app/history';
import { Facts, Head, Section, Shown, Snippet, State } from '../ui/states';

function Profile({ of }: { of: Entry }) {
  const rest = Object.entries(of).filter(([key, value]) => typeof value === 'object' && value !== null && key !== 'metrics');
  const metrics = Object.entries(of.metrics ?? {});
  const longest = Math.max(1, ...metrics.filter(([key]) => key.endsWith('_ms')).map(([, value]) => Number(value)));
  return (
    <>
      <Section title="Profile">
        {metrics.length === 0 ? <p className="small">Nothing was measured.</p> : (
          <ul className="list">
            {metrics.map(([key, value]) => (
              <li key={key}>
                <span className="text">{key.replaceAll('_', ' ')}</span>
                {key.endsWith('_ms') ? <span className="meter" aria-hidden="true"><span style={{ width: `${(Number(value) / longest) * 100}%` }} /></span> : null}
                <span className="end mono">{key.endsWith('_ms') ? millis(Number(value)) : count(Number(value))}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
      {rest.map(([key, value]) => <Snippet key={key} title={key.replaceAll('_', ' ')} text={JSON.stringify(value, null, 2)} />)}
    </>
  );
}

export default function Statement() {
  const { id } = useParams<{ id: string }>();
  const found = useQuery({
    queryKey: ['statement', id],
    queryFn: () => call<Entry>(path(['api/2.0/sql/history/queries', id], { include_metrics: true })),
  });
  return (
    <>
      <Head title="Statement" crumbs={[['/sql', 'SQL']]} />
      <Shown of={found} what="the statement">
        {(entry) => (
          <>
            <Section title="Run" actions={<Link className="button" href={`/sql?statement=${encodeURIComponent(entry.query_text)}`}>Edit</Link>}>
              <Facts of={[['State', <State key="s" of={entry.status} />], ['By', entry.user_name], ['Started', moment(entry.query_start_time_ms)], ['Took', millis(entry.duration)], ['Rows', count(entry.rows_produced)], ['Id', <code key="i">{entry.query_id}</code>]]} />
            </Section>
            <Snippet title="Statement" text={entry.query_text} />
            {entry.error_message ? <div className="state failure"><strong>{entry.status}</strong><p>{entry.error_message}</p></div> : null}
            <Profile of={entry} />
          </>
        )}
      </Shown>
    </>
  );
}
