import { call, mlflow } from './api';

export interface Metric { key: string; value: number; timestamp: number; step: number }
export interface Pair { key: string; value: string }
export interface Run {
  info: { run_id: string; run_name?: string; experiment_id: string; user_id?: string; status: string; start_time: number; end_time?: number; artifact_uri?: string };
  data: { metrics?: Metric[]; params?: Pair[]; tags?: Pair[] };
  inputs?: { dataset_inputs?: { dataset: { name: string; digest: string; source_type?: string; source?: string } }[] };
}

export const MOST_RUNS = 10_000;

export interface RunsPage { runs?: Run[]; next_page_token?: string }

/** A page of an experiment's runs, newest first. */
export const searchRuns = (experiment: string, filter: string, token: string): Promise<RunsPage> =>
  call<RunsPage>(mlflow('runs/search'), {
    body: {
      experiment_ids: [experiment],
      ...(filter ? { filter } : {}),
      max_results: 1000,
      order_by: ['attributes.start_time DESC'],
      ...(token ? { page_token: token } : {}),
    },
  });

export const getRun = async (id: string): Promise<Run> => (await call<{ run: Run }>(mlflow('runs/get', { run_id: id }))).run;

export const metricHistory = async (run: string, key: string): Promise<Metric[]> =>
  (await call<{ metrics?: Metric[] }>(mlflow('metrics/get-history', { run_id: run, metric_key: key, max_results: 5000 }))).metrics ?? [];

export const nameOf = (run: Run): string => run.info.run_name || run.info.run_id.slice(0, 8);
export const metric = (run: Run, key: string): number | undefined => run.data.metrics?.find((one) => one.key === key)?.value;
export const param = (run: Run, key: string): string | undefined => run.data.params?.find((one) => one.key === key)?.value;
export const tookMillis = (run: Run): number | undefined =>
  run.info.end_time === undefined ? undefined : run.info.end_time - run.info.start_time;

export const keysOf = (runs: Run[], kind: 'metrics' | 'params'): string[] =>
  [...new Set(runs.slice(0, 500).flatMap((run) => (run.data[kind] ?? []).map((one) => one.key)))].sort();
