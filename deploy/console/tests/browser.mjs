// Drives the console of a running server in headless Chromium and prints one line of JSON for each
// thing that was tried: {"name": …, "problems": […]}.
// Usage: node browser.mjs URL SETTING.json SCREENSHOTS; what SETTING holds is named in README.md.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { journeys } from './journeys.mjs';
import { pagesOf } from './pages.mjs';
import { prepare } from './prepare.mjs';
import { scenarios } from './scenarios.mjs';

const [url, settingFile, shots] = process.argv.slice(2);
const setting = await prepare(url, JSON.parse(readFileSync(settingFile, 'utf8')));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
  ],
});

// Pages wait for the server more than they work.
const WORKERS = 4;

// Some of them only, as when one is being written: ONLY=page open.
const only = process.env.ONLY ? new RegExp(process.env.ONLY) : /./;

const say = (name, problems) => process.stdout.write(`${JSON.stringify({ name, problems })}\n`);

/** What a browser holds after signing in by the form, once for each person. */
const signedIn = new Map();
async function signIn(token) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/console/sign-in`);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Home' }).waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A window that is signed in by this token, and notes what goes wrong in it. */
async function windowOf(token, alone) {
  const state = token && !alone ? (signedIn.get(token) ?? signIn(token)) : token && signIn(token);
  if (token && !alone) {
    signedIn.set(token, state);
  }
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 }, acceptDownloads: true, colorScheme: 'light', reducedMotion: 'reduce',
    ...(token ? { storageState: await state } : {}),
  });
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      faults.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  if (token) {
    await page.goto(`${url}/console/`);
    await page.getByRole('heading', { name: 'Home' }).waitFor();
  }
  return { context, page, faults };
}

/** Until nothing on the page is being fetched any more. */
async function settled(page) {
  await page.waitForFunction(() => !document.querySelector('.spinner') && document.querySelector('main'), null, { timeout: 20_000 });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForFunction(() => !document.querySelector('.spinner'), null, { timeout: 20_000 });
}

async function violations(page, theme) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  if (theme === 'light') {
    await page.evaluate(axe);
  }
  const found = await page.evaluate((dark) =>
    // What depends on colours is looked at in both themes, all else once.
    globalThis.axe.run(document, { runOnly: dark ? ['color-contrast'] : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
    theme === 'dark',
  );
  return found.violations.map((one) => `axe, ${theme}: ${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target} ${node.failureSummary ?? ''}`).join(' | ')}`);
}

async function look(page, faults, { name, path, shows }) {
  faults.length = 0;
  const tab = path.includes('tab=');
  const problems = [];
  try {
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(`${url}/console${path}`);
    await settled(page);
    for (const text of shows) {
      await page.getByText(text, { exact: false }).first().waitFor({ timeout: 10_000 });
    }
    await settled(page);
    problems.push(...(await violations(page, 'light')));
    await page.screenshot({ path: join(shots, `${name}-1280-light.png`) });
    problems.push(...(await violations(page, 'dark')));
    if (!tab) {
      await page.screenshot({ path: join(shots, `${name}-1280-dark.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 800 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 390) {
      problems.push(`is ${width} pixels wide on a screen of 390`);
    }
    if (!tab) {
      await page.screenshot({ path: join(shots, `${name}-390.png`) });
    }
  } catch (error) {
    problems.push(String(error.message).slice(0, 600));
    await page.screenshot({ path: join(shots, `${name}-failed.png`) }).catch(() => undefined);
  }
  return [...problems, ...faults];
}

async function play(scenario) {
  const problems = [];
  const opened = await windowOf(scenario.as ? setting[scenario.as] : null, scenario.alone);
  try {
    await scenario.run({ ...opened, url, setting, settled, problems, shots });
  } catch (error) {
    problems.push(String(error.message).slice(0, 800));
    await opened.page.screenshot({ path: join(shots, `${scenario.name.replaceAll(' ', '-')}-failed.png`) }).catch(() => undefined);
  }
  await opened.context.close();
  say(scenario.name, problems);
}

/** Everything that waits, by so many at a time; what measures time goes first and alone. */
async function atOnce(workers, waiting, work) {
  await Promise.all(Array.from({ length: workers }, async () => {
    const kept = await work();
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      await kept.take(one);
    }
    await kept.end();
  }));
}

try {
  const wanted = [...scenarios, ...journeys].filter((one) => only.test(one.name));
  for (const scenario of wanted.filter((one) => one.measures)) {
    await play(scenario);
  }
  await atOnce(WORKERS, wanted.filter((one) => !one.measures), async () => ({ take: play, end: async () => undefined }));
  const pages = pagesOf(setting).filter((page) => only.test(`page ${page.name}`));
  await atOnce(WORKERS, pages, async () => {
    const { context, page, faults } = await windowOf(setting.admin);
    return { take: async (one) => say(`page ${one.name}`, await look(page, faults, one)), end: () => context.close() };
  });
} finally {
  await browser.close();
}
