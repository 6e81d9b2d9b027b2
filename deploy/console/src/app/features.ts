import { call, own } from './api';

export interface Field { name: string; type: string; sql_type?: string; comment?: string }
export interface FeatureTable { name: string; owner: string; primary_keys: Field[]; timestamp_column: string; known_at: { delay_seconds?: number; column?: string; expression?: string; commit_time?: boolean }; features: Field[]; version: number; refreshed_at?: number; comment?: string }
export interface Range { min?: number; max?: number }
export interface Found { table: string; name: string; type: string; comment?: string; unit?: string; expected_range?: Range; tags: Record<string, string> }
export interface Profile {
  name: string; unit?: string; expected_range?: Range; out_of_range?: number; tags: Record<string, string>;
  version: number; rows: number; nulls: number; completeness: number; distinct: number; newest_event_time?: string;
  numbers?: { min: number; max: number; mean: number; quantile_levels: number[]; quantiles: number[]; histogram: number[] };
  most_common?: { value: string; rows: number }[];
  over_time: { start: string; rows: number; nulls: number; mean?: number }[];
}
export interface Drift { from_version: number; to_version: number; population_stability_index: number; greatest_distance: number; verdict: string; bins: { values: string; from: number; to: number }[] }
export interface Online { rows: number; bytes: number; newest_event_time?: string; version?: number; published_at?: string; mode?: string; window_seconds?: number; ttl_seconds?: number; synced_at?: string; table_version?: number; lag_versions?: number; lag_ms?: number; problem?: string }

export const keysOf = (table: { primary_keys: Field[] }): string => table.primary_keys.map((field) => field.name).join(', ');

export const rangeText = (range: Range | undefined): string =>
  range === undefined ? '–' : range.min === undefined ? `at most ${range.max}` : range.max === undefined ? `at least ${range.min}` : `${range.min} to ${range.max}`;

/** A key as the API takes it: a number where the column is one. */
export const keyValue = (field: Field, text: string): unknown => (/INT|LONG|SHORT|BYTE|DOUBLE|FLOAT/.test(field.type) ? Number(text) : text);

/** Units, ranges, descriptions and tags of a table's features, as the search tells them. */
export async function notesOf(table: FeatureTable): Promise<Map<string, Found>> {
  const schema = table.name.split('.').slice(0, 2).join('.');
  const found = new Map<string, Found>();
  let token: string | undefined;
  do {
    const page: { features: Found[]; next_page_token?: string } = await call(own(['features'], { schema, contains: table.name, max_results: 1000, page_token: token }));
    page.features.filter((one) => one.table === table.name).forEach((one) => found.set(one.name, one));
    token = page.next_page_token;
  } while (token);
  return found;
}
