// Each page with what it must show of the things that the setting names.
export function pagesOf(setting) {
  const name = encodeURIComponent;
  const { table, experiment, run, model, endpoint } = setting;
  const [catalog, schema] = table.split('.');
  const tab = (path, id) => `${path}?tab=${id}`;
  const page = `/catalog/${name(table)}`;
  const feature = `/features/${name(setting.features)}`;
  return [
    { name: 'home', path: '/', shows: ['Recent statements', 'Experiments', endpoint] },
    { name: 'catalog', path: '/catalog', shows: [catalog] },
    { name: 'one-catalog', path: `/catalog/${catalog}`, shows: [schema] },
    { name: 'schema', path: `/catalog/${name(`${catalog}.${schema}`)}`, shows: [table.split('.')[2]] },
    { name: 'table', path: page, shows: ['Column', 'Nulls'] },
    { name: 'table-sample', path: tab(page, 'sample'), shows: ['Sample rows, as you see them'] },
    { name: 'table-history', path: tab(page, 'history'), shows: ['CREATE TABLE'] },
    { name: 'table-permissions', path: tab(page, 'permissions'), shows: ['Effective access', 'Yes'] },
    { name: 'table-policies', path: tab(page, 'policies'), shows: [setting.policyText ?? 'policy'] },
    { name: 'table-lineage', path: tab(page, 'lineage'), shows: ['Hops each way'] },
    { name: 'table-about', path: tab(page, 'about'), shows: ['Owner'] },
    { name: 'table-read', path: tab(page, 'read'), shows: ['Spark'] },
    { name: 'sql', path: '/sql', shows: ['Run', 'History'] },
    { name: 'experiments', path: '/experiments', shows: ['Experiments'] },
    { name: 'experiment', path: `/experiments/${experiment}?compare=${run},${setting.hostileRun}`, shows: ['Comparing 2 runs', 'Parallel coordinates', 'Scatter'] },
    { name: 'run', path: `/runs/${run}`, shows: ['Parameters'] },
    { name: 'run-artifacts', path: tab(`/runs/${run}`, 'artifacts'), shows: ['Artifacts'] },
    { name: 'models', path: '/models', shows: [model] },
    { name: 'model', path: `/models/${name(model)}`, shows: ['Version 1'] },
    { name: 'endpoints', path: '/endpoints', shows: [endpoint] },
    { name: 'endpoint', path: `/endpoints/${name(endpoint)}`, shows: ['What it serves'] },
    { name: 'endpoint-try', path: tab(`/endpoints/${name(endpoint)}`, 'try'), shows: ['Predict'] },
    { name: 'features', path: '/features', shows: ['Feature tables'] },
    { name: 'feature-table', path: feature, shows: ['metres', '0 to 90', 'Online store'] },
    { name: 'feature-values', path: `${tab(feature, 'values')}&feature=level`, shows: ['Quantiles', 'Completeness over time', '% of rows with a value'] },
    { name: 'feature-lookup', path: tab(feature, 'lookup'), shows: ['Look a key up'] },
    { name: 'feature-asof', path: tab(feature, 'asof'), shows: ['What a label of a time would see'] },
    { name: 'feature-consumers', path: tab(feature, 'consumers'), shows: ['Your training sets', 'Feature specs'] },
    { name: 'tools', path: '/tools', shows: ['MCP configuration', 'Calls'] },
    { name: 'lineage', path: `/lineage?kind=TABLE&name=${name(table)}`, shows: ['Follow one column'] },
    { name: 'lineage-of-a-run', path: `/lineage?kind=RUN&name=${run}`, shows: ['Hops each way'] },
    { name: 'access', path: '/access', shows: ['Ask about rights'] },
    { name: 'access-people', path: tab('/access', 'people'), shows: ['Users', 'admin'] },
    { name: 'access-tokens', path: tab('/access', 'tokens'), shows: ['Where I am signed in', 'here'] },
    { name: 'audit', path: '/audit', shows: ['Decision', 'CREATE_TABLE'] },
    { name: 'system', path: '/system', shows: ['Warehouses'] },
    { name: 'system-runs', path: tab('/system', 'runs'), shows: ['run'] },
    { name: 'system-configuration', path: tab('/system', 'configuration'), shows: ['server.limits.body_bytes', '16MB'] },
    { name: 'system-handbook', path: tab('/system', 'handbook'), shows: ['Backup and restore', 'feature_store.online_max_bytes'] },
    { name: 'system-api', path: tab('/system', 'api'), shows: ['operations'] },
    { name: 'nothing', path: '/no-such-page', shows: ['This address leads to no page'] },
  ];
}
