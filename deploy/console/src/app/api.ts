// Every call to the server goes through here: same origin, session cookie, and the header that no
// other site can send. What was asked is remembered, so that a page can show it.

export interface Problem {
  status: number;
  reason: string;
  message: string;
  requestId: string;
}

/** What the server refused, in its own words. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'ApiError';
  }
}

export interface Asked {
  method: string;
  path: string;
  body?: unknown;
  status: number;
  millis: number;
}

const remembered: Asked[] = [];
const listeners = new Set<() => void>();
let snapshot: readonly Asked[] = [];

export function recentCalls(): readonly Asked[] {
  return snapshot;
}

export function onCall(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function remember(asked: Asked): void {
  remembered.unshift(asked);
  remembered.length = Math.min(remembered.length, 40);
  snapshot = [...remembered];
  listeners.forEach((listener) => listener());
}

let signedOut: () => void = () => {};

export function whenSignedOut(listener: () => void): void {
  signedOut = listener;
}

export interface Options {
  method?: string;
  body?: unknown;
  raw?: Blob;
  token?: string;
  signal?: AbortSignal;
}

async function problemOf(response: Response): Promise<Problem> {
  const requestId = response.headers.get('x-request-id') ?? '';
  const text = await response.text();
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const nested = (body['error'] ?? {}) as Record<string, unknown>;
    return {
      status: response.status,
      reason: String(body['error_code'] ?? nested['code'] ?? response.statusText),
      message: String(body['message'] ?? nested['message'] ?? (text || response.statusText)),
      requestId,
    };
  } catch {
    return { status: response.status, reason: response.statusText, message: text || `The server answered ${response.status}.`, requestId };
  }
}

async function send(path: string, options: Options): Promise<Response> {
  const method = options.method ?? (options.body === undefined ? 'GET' : 'POST');
  const headers: Record<string, string> = { Accept: 'application/json, text/event-stream' };
  if (method !== 'GET') {
    headers['X-Boathouse-Session'] = '1';
  }
  if (options.body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (options.token) {
    headers['Authorization'] = `Bearer ${options.token}`;
  }
  const began = performance.now();
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (options.raw) {
    init.body = options.raw;
  } else if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
  }
  if (options.signal) {
    init.signal = options.signal;
  }
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') {
      throw error;
    }
    throw new ApiError({
      status: 0,
      reason: 'UNREACHABLE',
      message: 'The server does not answer. Look whether it runs, then try again.',
      requestId: '',
    });
  }
  remember({
    method,
    path,
    ...(options.body === undefined ? {} : { body: options.body }),
    status: response.status,
    millis: Math.round(performance.now() - began),
  });
  return response;
}

/** The reply of a call as JSON, or an ApiError. */
export async function call<T>(path: string, options: Options = {}): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) {
    const problem = await problemOf(response);
    if (response.status === 401 && !options.token) {
      signedOut();
    }
    throw new ApiError(problem);
  }
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as T;
}

/** The reply of a call as text, such as metrics. */
export async function callText(path: string): Promise<string> {
  const response = await send(path, {});
  if (!response.ok) {
    throw new ApiError(await problemOf(response));
  }
  return response.text();
}

/** A path with its parts and query encoded. */
export function path(parts: readonly string[], query: Record<string, string | number | boolean | undefined> = {}): string {
  const base = '/' + parts.map((part) => part.split('/').map(encodeURIComponent).join('/')).join('/');
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(entries.map(([key, value]) => [key, String(value)]));
  return entries.length === 0 ? base : `${base}?${search.toString()}`;
}

const UC = 'api/2.1/unity-catalog';
export const uc = (parts: string[], query: Record<string, string | number | boolean | undefined> = {}): string =>
  path([UC, ...parts], query);
export const own = (parts: string[], query: Record<string, string | number | boolean | undefined> = {}): string =>
  path(['api/2.0/boathouse', ...parts], query);
export const mlflow = (rest: string, query: Record<string, string | number | boolean | undefined> = {}): string =>
  path(['api/2.0/mlflow', rest], query);

interface Paged {
  next_page_token?: string;
}

/** All pages of a listing, up to a number of things that a person can still look at. */
export async function all<T extends Paged, I>(
  at: (token: string | undefined) => string,
  items: (page: T) => I[] | undefined,
  most = 2000,
): Promise<I[]> {
  const found: I[] = [];
  let token: string | undefined;
  do {
    const page: T = await call<T>(at(token));
    found.push(...(items(page) ?? []));
    token = page.next_page_token || undefined;
  } while (token && found.length < most);
  return found;
}

/** The names of everything of a type on which the caller has a privilege. */
export const held = (type: string, privilege: string): Promise<string[]> =>
  all<{ names: string[]; next_page_token?: string }, string>((token) => own(['permissions'], { type, privilege, max_results: 500, page_token: token }), (page) => page.names);
