import { useQuery } from '@tanstack/react-query';
import { count } from '../app/format';
import { quoted, run } from '../app/sql';
import { Shown } from './states';

const BARS = 8;
const NUMERIC = /^(tinyint|smallint|int|bigint|float|double|decimal)/i;

interface Bar { label: string; rows: number }

const figureOf = (value: number): string => value.toLocaleString(undefined, { maximumSignificantDigits: 4 });

/** As many equal steps from least to most as there are bars; those without rows included. */
async function steps(table: string, column: string): Promise<Bar[]> {
  const name = quoted(column);
  const found = await run(`SELECT least, width, step, count(*) FROM (SELECT least, width, CASE WHEN width = 0 THEN 0 WHEN floor((value - least) / width) > ${BARS - 1} THEN ${BARS - 1} ELSE floor((value - least) / width) END AS step FROM (SELECT CAST(${name} AS DOUBLE) AS value FROM ${quoted(table)} WHERE ${name} IS NOT NULL) AS v CROSS JOIN (SELECT min(CAST(${name} AS DOUBLE)) AS least, (max(CAST(${name} AS DOUBLE)) - min(CAST(${name} AS DOUBLE))) / ${BARS} AS width FROM ${quoted(table)}) AS r) AS s GROUP BY 1, 2, 3`);
  const first = found.rows[0];
  if (!first) {
    return [];
  }
  const [least, width] = [Number(first[0]), Number(first[1])];
  const rows = new Map(found.rows.map((row) => [Number(row[2]), Number(row[3])]));
  return Array.from({ length: width === 0 ? 1 : BARS }, (_, step) => ({
    label: width === 0 ? figureOf(least) : `${figureOf(least + step * width)} to ${figureOf(least + (step + 1) * width)}`,
    rows: rows.get(step) ?? 0,
  }));
}

async function common(table: string, column: string): Promise<Bar[]> {
  const found = await run(`SELECT CAST(${quoted(column)} AS STRING), count(*) FROM ${quoted(table)} WHERE ${quoted(column)} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${BARS}`);
  return found.rows.map((row) => ({ label: row[0] ?? '', rows: Number(row[1]) }));
}

/** How a column's values lie, among the rows that the caller may see: steps of numbers, or the most common. */
export function Distribution({ table, column, type }: { table: string; column: string; type: string }) {
  const numeric = NUMERIC.test(type);
  const found = useQuery({ queryKey: ['distribution', table, column], queryFn: () => (numeric ? steps : common)(table, column), staleTime: 60_000 });
  return (
    <Shown of={found} what="the distribution">
      {(bars) => {
        const most = Math.max(1, ...bars.map((bar) => bar.rows));
        return bars.length === 0 ? <p className="small">No value that you may see.</p> : (
          <ul className="list bars" aria-label={`Distribution of ${column}`}>
            {bars.map((bar) => (
              <li key={bar.label}>
                <span className="text small">{bar.label}</span>
                <span className="meter wide" aria-hidden="true"><span style={{ width: `${(bar.rows / most) * 100}%` }} /></span>
                <span className="small number">{count(bar.rows)}</span>
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}
