// Two whole journeys: a table is made, filled from a file and queried, a model deployed and asked.
// One by mouse, one by keyboard alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the focused element is called, also within the editor's shadow root. */
const focused = () => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  const label = element?.labels?.[0]?.querySelector('span') ?? element?.labels?.[0];
  return (element?.getAttribute('aria-label') ?? label?.innerText ?? element?.innerText ?? '').trim();
};

/** Goes forward with Tab until something of that name has the focus, as who has no mouse does. */
async function reach(page, name) {
  const fits = (text) => (name instanceof RegExp ? name.test(text) : text === name);
  const seen = [];
  for (let presses = 0; presses < 150; presses++) {
    const text = await page.evaluate(focused);
    if (fits(text)) {
      return;
    }
    seen.push(text.slice(0, 30));
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${name}: ${[...new Set(seen)].join(' | ')}`);
}

/** Picks a tab of the page: to the one that is chosen, then along with the arrow. */
async function pickTab(page, first, name) {
  await reach(page, first);
  for (let presses = 0; (await page.evaluate(focused)) !== name; presses++) {
    if (presses > 12) {
      throw new Error(`no arrow leads to the tab ${name}`);
    }
    await page.keyboard.press('ArrowRight');
  }
  await page.keyboard.press('Enter');
}

async function find(page, words, option) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search everything' }).waitFor();
  await page.keyboard.type(words);
  await page.locator('[role=option][data-active-item]').filter({ hasText: option }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: option, exact: true }).waitFor();
}

async function type(page, label, text) {
  await reach(page, label);
  await page.keyboard.type(text);
}

const rowsFile = (shots, name) => {
  const file = join(shots, `${name}.csv`);
  writeFileSync(file, 'id,place\n1,quay\n2,lock\n3,weir\n');
  return file;
};

export const journeys = [
  {
    name: 'make, upload, query, deploy, predict by mouse',
    as: 'admin',
    async run({ page, setting, settled, problems, faults, shots }) {
      const schema = setting.table.split('.').slice(0, 2).join('.');
      const table = `moored_${setting.mark}`;
      await page.getByRole('link', { name: 'Catalog', exact: true }).click();
      await page.getByRole('navigation', { name: 'Catalog tree' }).getByRole('button', { name: 'Unfold main' }).click();
      await page.getByRole('navigation', { name: 'Catalog tree' }).getByRole('link', { name: schema.split('.')[1], exact: true }).click();
      await page.getByRole('tab', { name: 'Make a table' }).click();
      await page.getByLabel('Table name').fill(table);
      await page.getByLabel('Name of column 1').fill('id');
      await page.getByRole('button', { name: 'Add a column' }).click();
      await page.getByLabel('Name of column 2').fill('place');
      await page.screenshot({ path: join(shots, 'make-table.png'), fullPage: true });
      await page.getByRole('button', { name: 'Create table' }).click();
      await page.getByRole('heading', { level: 1, name: `${schema}.${table}` }).waitFor();
      await page.getByRole('tab', { name: 'Load' }).click();
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('input[type=file]').click()]);
      await chooser.setFiles(rowsFile(shots, table));
      await page.getByRole('button', { name: 'Load', exact: true }).click();
      await page.getByText('Loaded.').waitFor();
      await page.screenshot({ path: join(shots, 'loaded.png') });
      await page.getByRole('tab', { name: 'Permissions' }).click();
      await page.getByLabel('To', { exact: true }).fill(`reader-${setting.mark}`);
      await page.getByRole('combobox', { name: /^Privilege/ }).selectOption('SELECT');
      await page.getByRole('button', { name: 'Grant', exact: true }).click();
      await page.locator('.list li').filter({ hasText: `reader-${setting.mark}` }).filter({ hasText: 'granted here' }).waitFor();
      await page.getByRole('button', { name: 'Query' }).click();
      await settled(page);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('cell', { name: 'weir' }).waitFor();
      await page.getByRole('link', { name: 'Models', exact: true }).click();
      await page.getByRole('main').getByRole('link', { name: setting.model }).click();
      await page.getByRole('button', { name: 'Deploy version 1' }).click();
      await page.getByRole('dialog').getByLabel('Endpoint').fill(`by-mouse-${setting.mark}`);
      await page.screenshot({ path: join(shots, 'deploy.png') });
      await page.getByRole('button', { name: 'Deploy', exact: true }).click();
      await page.getByRole('heading', { level: 1, name: `by-mouse-${setting.mark}` }).waitFor();
      await page.locator('.head').getByText('READY', { exact: true }).waitFor();
      await page.getByRole('tab', { name: 'Try it' }).click();
      for (const [field, value] of Object.entries(setting.record)) {
        await page.getByLabel(new RegExp(`^${field} `)).fill(String(value));
      }
      await page.getByRole('button', { name: 'Predict' }).click();
      await page.getByText('Answer in').waitFor();
      problems.push(...faults);
    },
  },
  {
    name: 'make, upload, query, deploy, predict by keyboard',
    as: 'admin',
    async run({ page, setting, settled, problems, faults, shots }) {
      const schema = setting.table.split('.').slice(0, 2).join('.');
      const table = `rowed_${setting.mark}`;
      const press = (key) => page.keyboard.press(key);
      await find(page, schema.split('.')[1], schema);
      await settled(page);
      await pickTab(page, 'Contents', 'Make a table');
      await type(page, 'Table name', table);
      await type(page, 'Name of column 1', 'id');
      await reach(page, 'Add a column');
      await press('Enter');
      await page.getByLabel('Name of column 2').waitFor();
      await press('Shift+Tab');
      await press('Shift+Tab');
      await press('Shift+Tab');
      await type(page, 'Name of column 2', 'place');
      await reach(page, 'Create table');
      await press('Enter');
      await page.getByRole('heading', { level: 1, name: `${schema}.${table}` }).waitFor();
      await settled(page);
      await pickTab(page, 'Columns', 'Load');
      await page.getByRole('button', { name: 'Load', exact: true }).waitFor();
      const chooser = page.waitForEvent('filechooser');
      await reach(page, 'File');
      await press('Enter');
      await (await chooser).setFiles(rowsFile(shots, table));
      await reach(page, 'Load');
      await press('Enter');
      await page.getByText('Loaded.').waitFor();
      await reach(page, 'Query');
      await press('Enter');
      await page.getByRole('heading', { level: 1, name: 'SQL' }).waitFor();
      await settled(page);
      await reach(page, 'Statement');
      await press('Control+Enter');
      await page.getByRole('cell', { name: 'weir' }).waitFor();
      await find(page, setting.model.split('.')[2], setting.model);
      await settled(page);
      await reach(page, 'Deploy version 1');
      await press('Enter');
      await page.getByRole('dialog').waitFor();
      await type(page, 'Endpoint', `by-keyboard-${setting.mark}`);
      await press('Enter');
      await page.getByRole('heading', { level: 1, name: `by-keyboard-${setting.mark}` }).waitFor();
      await page.locator('.head').getByText('READY', { exact: true }).waitFor();
      await pickTab(page, 'Overview', 'Try it');
      await settled(page);
      for (const [field, value] of Object.entries(setting.record)) {
        await type(page, new RegExp(`^${field} `), String(value));
      }
      await press('Enter');
      await page.getByText('Answer in').waitFor();
      problems.push(...faults);
    },
  },
];
