import { useQuery } from '@tanstack/react-query';
import { lazy, useState, type FormEvent } from 'react';
import { useSearchParams } from 'wouter';
import { call, own } from '../app/api';
import { rangeText, type Drift, type FeatureTable, type Profile } from '../app/features';
import { count, figure, moment } from '../app/format';
import { Histogram, Shares } from './bars';
import { Badge, Facts, Section, Shown } from './states';

const Chart = lazy(() => import('./chart'));

const seconds = (time: string): number => new Date(time).getTime() / 1000;
const VERDICT = { STABLE: 'good', MODERATE: 'warn', MAJOR: 'bad' } as const;

function Values({ profile }: { profile: Profile }) {
  const { numbers, most_common: common = [] } = profile;
  const most = Math.max(1, ...common.map((one) => one.rows));
  if (numbers) {
    return (
      <div className="grid">
        <Section title="Distribution"><Histogram counts={numbers.histogram} least={numbers.min} most={numbers.max} label={`Distribution of ${profile.name}`} /></Section>
        <Section title="Quantiles">
          <table className="table">
            <thead><tr><th scope="col">Share of rows below</th><th scope="col">Value</th></tr></thead>
            <tbody>
              <tr><td>least</td><td>{figure(numbers.min)}</td></tr>
              {numbers.quantile_levels.map((level, index) => <tr key={level}><td>{Math.round(level * 100)} %</td><td>{figure(numbers.quantiles[index])}</td></tr>)}
              <tr><td>most</td><td>{figure(numbers.max)}</td></tr>
            </tbody>
          </table>
        </Section>
      </div>
    );
  }
  return (
    <Section title="Most common values">
      {common.length === 0 ? <p className="small">No value that you may see.</p> : (
        <ul className="list bars">
          {common.map((one) => <li key={one.value}><span className="text small">{one.value}</span><span className="meter wide" aria-hidden="true"><span style={{ width: `${(one.rows / most) * 100}%` }} /></span><span className="small">{count(one.rows)}</span></li>)}
        </ul>
      )}
    </Section>
  );
}

function OverTime({ profile }: { profile: Profile }) {
  const periods = profile.over_time;
  if (periods.length < 2) {
    return null;
  }
  const complete = periods.map((one): [number, number] => [seconds(one.start), one.rows === 0 ? 100 : (100 * (one.rows - one.nulls)) / one.rows]);
  const means = periods.filter((one) => one.mean !== undefined).map((one): [number, number] => [seconds(one.start), one.mean ?? 0]);
  return (
    <div className="grid">
      <Section title="Completeness over time"><Chart series={[{ name: '% of rows with a value', points: complete }]} x="event time" time /></Section>
      {means.length > 1 ? <Section title="Mean over time"><Chart series={[{ name: 'mean', points: means }]} x="event time" time /></Section> : null}
    </div>
  );
}

/** @param latest the table's newest version */
function DriftOf({ table, feature, latest }: { table: FeatureTable; feature: string; latest: number }) {
  const [from, setFrom] = useState(String(Math.max(0, latest - 1)));
  const [to, setTo] = useState(String(latest));
  const [asked, ask] = useState<[string, string] | null>(null);
  const found = useQuery({
    queryKey: ['drift', table.name, feature, asked],
    queryFn: () => call<Drift>(own(['feature-tables', table.name, 'features', feature, 'drift'], { from: asked?.[0], to: asked?.[1] })),
    enabled: asked !== null,
  });
  const submit = (event: FormEvent): void => { event.preventDefault(); ask([from, to]); };
  return (
    <Section title="Drift between two versions">
      <form className="bar" onSubmit={submit}>
        {([['From version', from, setFrom], ['To version', to, setTo]] as const).map(([label, value, set]) => (
          <label key={label} className="field"><span>{label}</span><input className="input" type="number" min={0} max={latest} required value={value} onChange={(event) => set(event.target.value)} /></label>
        ))}
        <button type="submit" className="button first">Compare</button>
      </form>
      {asked === null ? <p className="small">Versions are those of the table, 0 to {latest}.</p> : (
        <Shown of={found} what="both versions">
          {(drift) => (
            <>
              <Facts of={[
                ['Verdict', <Badge key="v" tone={VERDICT[drift.verdict as keyof typeof VERDICT] ?? 'plain'}>{drift.verdict}</Badge>],
                ['Population stability index', figure(drift.population_stability_index)],
                ['Greatest distance', figure(drift.greatest_distance)],
              ]} />
              <div className="spaced"><Shares label={`Shares of ${feature} in both versions`} from={`Version ${drift.from_version}`} to={`Version ${drift.to_version}`} pairs={drift.bins.map((bin) => ({ label: bin.values, from: bin.from, to: bin.to }))} /></div>
              <p className="small">Below 0.1 the index calls it stable, below 0.25 moderate.</p>
            </>
          )}
        </Shown>
      )}
    </Section>
  );
}

/** How the values of one feature lie, how complete they are, and how they change. */
export function FeatureValues({ table }: { table: FeatureTable }) {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('feature');
  const feature = table.features.find((one) => one.name === wanted)?.name ?? table.features[0]?.name ?? '';
  const found = useQuery({
    queryKey: ['feature-profile', table.name, feature],
    queryFn: () => call<Profile>(own(['feature-tables', table.name, 'features', feature])),
    enabled: feature !== '',
  });
  if (feature === '') {
    return <p className="small">This table has keys and a time, and no feature.</p>;
  }
  const choose = (name: string): void => setSearch((before) => { const after = new URLSearchParams(before); after.set('feature', name); return after; }, { replace: true });
  return (
    <>
      <div className="bar">
        <label className="field"><span>Feature</span>
          <select value={feature} onChange={(event) => choose(event.target.value)}>{table.features.map((one) => <option key={one.name}>{one.name}</option>)}</select>
        </label>
      </div>
      <Shown of={found} what={`the values of ${feature}; it reads the whole column`}>
        {(profile) => (
          <>
            <Section title={`${feature} in version ${profile.version}`}>
              <Facts of={[
                ['Rows', count(profile.rows)],
                ['Complete', `${(profile.completeness * 100).toFixed(2)} %`],
                ['About distinct', count(profile.distinct)],
                ['Mean', figure(profile.numbers?.mean)],
                ['Unit', profile.unit ?? '–'],
                ['Expected', rangeText(profile.expected_range)],
                ['Outside of it', profile.out_of_range === undefined ? '–' : profile.out_of_range > 0 ? <Badge key="o" tone="warn">{count(profile.out_of_range)} rows</Badge> : 'no row'],
                ['Newest event', moment(profile.newest_event_time)],
              ]} />
            </Section>
            <Values profile={profile} />
            <OverTime profile={profile} />
            <DriftOf key={feature} table={table} feature={feature} latest={profile.version} />
          </>
        )}
      </Shown>
    </>
  );
}
