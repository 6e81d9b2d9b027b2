/** One statement of the history of queries. */
export interface Entry {
  query_id: string;
  status: string;
  query_text: string;
  statement_type?: string;
  query_start_time_ms: number;
  duration?: number;
  user_name: string;
  rows_produced?: number;
  error_message?: string;
  metrics?: Record<string, number | string | undefined>;
  [other: string]: unknown;
}
