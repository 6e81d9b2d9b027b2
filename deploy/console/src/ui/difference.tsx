import { useQuery } from '@tanstack/react-query';
import { quoted, run, type ResultSet } from '../app/sql';
import { Results } from './cells';
import { Section, Shown } from './states';

const MOST = 200;

const only = (table: string, version: number, other: number): Promise<ResultSet> =>
  run(`SELECT * FROM ${quoted(table)} VERSION AS OF ${version} EXCEPT ALL SELECT * FROM ${quoted(table)} VERSION AS OF ${other} LIMIT ${MOST}`);

/** The rows that a version has and the one before it has not, and the other way round, as the caller may see them. */
export function Difference({ table, version }: { table: string; version: number }) {
  const found = useQuery({
    queryKey: ['difference', table, version],
    queryFn: () => Promise.all([only(table, version, version - 1), only(table, version - 1, version)]),
  });
  return (
    <Section title={`What version ${version} changed`}>
      <Shown of={found} what="both versions">
        {([added, removed]) => (
          <>
            {([['Added', added], ['Removed', removed]] as const).map(([title, rows]) => (
              <div key={title}>
                <h3 className="spaced">{title}: {rows.rows.length}{rows.rows.length === MOST ? ' or more' : ''} {rows.rows.length === 1 ? 'row' : 'rows'}</h3>
                {rows.rows.length > 0 ? <Results of={rows} label={`${title} in version ${version}`} /> : null}
              </div>
            ))}
          </>
        )}
      </Shown>
    </Section>
  );
}
