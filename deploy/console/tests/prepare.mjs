// Makes what the browser looks at: a table with a mask, one that is hidden, runs with hostile names,
// a user with few rights. All of it by the API, as any client would.
const HOSTILE = '<img src=x onerror="window.pwned=1">';

/** More than one page of the server's; `CONSOLE_RUNS=10000` for more of them, a multiple of 100. */
export const RUNS = Number(process.env.CONSOLE_RUNS ?? 2000);
const AT_ONCE = 6;

/** An experiment with so many runs, every hundredth of them marked. */
async function manyRuns(post) {
  const { experiment_id: experiment } = await post('/api/2.0/mlflow/experiments/create', { name: `many runs ${Date.now()}` });
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let number = next++; number < RUNS; number = next++) {
      await post('/api/2.0/mlflow/runs/create', {
        experiment_id: experiment, run_name: `run ${String(number).padStart(5, '0')}`, start_time: 1767225600000 + number,
        ...(number % 100 === 0 ? { tags: [{ key: 'mark', value: 'hundredth' }] } : {}),
      });
    }
  }));
  return experiment;
}

export async function prepare(url, given) {
  const ask = async (method, path, body, token = given.admin) => {
    const response = await fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path} answers ${response.status}: ${text}`);
    }
    return { headers: response.headers, body: text ? JSON.parse(text) : {} };
  };
  const post = async (path, body) => (await ask('POST', path, body)).body;
  const sql = async (statement) => {
    const reply = await post('/api/2.0/sql/statements', { warehouse_id: 'default', wait_timeout: '50s', statement });
    if (reply.status.state !== 'SUCCEEDED') {
      throw new Error(`${statement}: ${JSON.stringify(reply.status)}`);
    }
  };
  const literal = (text) => `'${text.replaceAll("'", "''")}'`;
  const mark = given.mark;
  const schema = `main.console_${mark}`;
  const table = `${schema}.visits_${mark}`;
  const hidden = `unseen_${mark}`;
  const reader = `reader-${mark}`;

  await sql(`CREATE SCHEMA ${schema}`);
  await sql(`CREATE TABLE ${table} AS SELECT 1::BIGINT AS id, 'harbour' AS place, '123-45-6789' AS ssn UNION ALL SELECT 2, ${literal(HOSTILE)}, '987-65-4321'`);
  await sql(`COMMENT ON TABLE ${table} IS ${literal(HOSTILE)}`);
  await sql(`COMMENT ON COLUMN ${table}.place IS ${literal(HOSTILE)}`);
  await sql(`CREATE TABLE ${schema}.${hidden} AS SELECT 1 AS id`);
  await sql(`CREATE VIEW ${schema}.harbours AS SELECT id, place FROM ${table}`);
  await sql(`CREATE TABLE ${schema}.copied AS SELECT id, place FROM ${table}`);
  await sql(`INSERT INTO ${schema}.copied VALUES (9, 'boathouse')`);
  await sql(`CREATE FUNCTION ${schema}.hide(ssn STRING) RETURNS STRING RETURN CASE WHEN is_account_group_member('admins') THEN ssn ELSE 'hidden from you' END`);
  await sql(`ALTER TABLE ${table} ALTER COLUMN ssn SET MASK ${schema}.hide`);

  const features = `${schema}.tides`;
  await sql(`CREATE TABLE ${features} (gauge BIGINT NOT NULL, seen TIMESTAMP NOT NULL, heard TIMESTAMP, level DOUBLE, phase STRING)`);
  await sql(`INSERT INTO ${features} SELECT range % 4, timestamp_seconds(1767225600 + 3600 * range), timestamp_seconds(1767225600 + 3600 * range + 1800), CASE WHEN range % 10 = 0 THEN NULL ELSE range * 0.5 END, CASE WHEN range % 2 = 0 THEN 'ebb' ELSE ${literal(HOSTILE)} END FROM range(200)`);
  await post('/api/2.0/boathouse/feature-tables', { name: features, primary_keys: ['gauge'], timestamp_column: 'seen', known_at: { column: 'heard' } });
  await ask('PATCH', `/api/2.0/boathouse/feature-tables/${features}/features/level`, { unit: 'metres', expected_range: { min: 0, max: 90 } });
  await sql(`INSERT INTO ${features} SELECT range % 4, timestamp_seconds(1767945600 + 3600 * range), timestamp_seconds(1767945600 + 3600 * range + 1800), range * 5.0, 'ebb' FROM range(100)`);

  await post('/api/2.0/preview/scim/v2/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: reader });
  const token = (await post('/api/2.0/token-management/on-behalf-of/tokens', { application_id: reader, comment: 'console', lifetime_seconds: 3600 })).token_value;
  const grant = (type, name, privileges) =>
    ask('PATCH', `/api/2.1/unity-catalog/permissions/${type}/${name}`, { changes: [{ principal: reader, add: privileges }] });
  await grant('catalog', 'main', ['USE CATALOG']);
  await grant('schema', schema, ['USE SCHEMA']);
  await grant('schema', given.model.split('.').slice(0, 2).join('.'), ['USE SCHEMA']);
  await grant('table', table, ['SELECT']);
  await grant('table', features, ['SELECT']);
  await grant('registered_model', given.model, ['EXECUTE']);
  const shared = await post('/api/2.0/sql/queries', { query: { display_name: `lent ${mark}`, query_text: 'SELECT 1', warehouse_id: 'default' } });
  await ask('PATCH', `/api/2.0/permissions/queries/${shared.id}`, { access_control_list: [{ user_name: reader, permission_level: 'CAN_RUN' }] });

  const { experiment_id: experiment } = await post('/api/2.0/mlflow/experiments/create', { name: `console-${mark} ${HOSTILE}` });
  const log = async (name, offset) => {
    const { run } = await post('/api/2.0/mlflow/runs/create', { experiment_id: experiment, run_name: name, start_time: Date.now() - 5000 });
    const id = run.info.run_id;
    const metrics = Array.from({ length: 30 }, (_, step) => ({ key: 'loss', value: offset + 1 / (step + 1), timestamp: Date.now(), step }));
    await post('/api/2.0/mlflow/runs/log-batch', {
      run_id: id,
      metrics: [...metrics, { key: 'auc', value: 0.7 + offset, timestamp: Date.now(), step: 0 }],
      params: [{ key: 'depth', value: String(6 + offset * 10) }, { key: 'note', value: HOSTILE }],
      tags: [{ key: 'hostile', value: HOSTILE }],
    });
    await post('/api/2.0/mlflow/runs/update', { run_id: id, status: 'FINISHED', end_time: Date.now() });
    return id;
  };
  const run = await log('first', 0);
  const hostileRun = await log(HOSTILE, 0.1);

  const asked = await ask('POST', `/serving-endpoints/${given.endpoint}/invocations`, { dataframe_records: [given.record] });
  const { code } = await post('/api/2.0/boathouse/session/codes', {});
  return {
    ...given, code, manyRuns: () => manyRuns(post), features, reader: token, table, hidden, experiment, run, hostileRun,
    why: given.captured ? asked.headers.get('databricks-request-id') : null,
    masked: { shown: 'hidden from you', secret: '123-45-6789' },
  };
}
