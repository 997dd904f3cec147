// The pages as people have them before them: in a real browser, by its keyboard, on a phone, in the dark.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { Summaries } from '../../src/dashboard/routes.ts';
import { startBrowser } from '../support/browser.ts';
import { needs } from '../support/needs.ts';
import { ask, HOSTILE, HTML } from './asking.ts';
import { BURNING, detailOf, FRESH, fakeSummaries, HEALTHY, incident, mirrorName } from './fleet.ts';

const PATHS = [
  ...['/-/', '/-/incidents', '/-/mirrors', '/-/passes', '/-/rounds', '/-/quarantine', '/-/statistics'],
  ...['/-/artifacts', '/-/artifacts?q=tool', '/-/artifacts?q=%22%3E%3Cb%3E', '/-/setup'],
];
const DETAILS = [
  ...['/-/incidents/0000000005', `/-/mirrors/${mirrorName(3)}`],
  ...['/-/artifacts/org.example/tool', '/-/artifacts/org.example/tool/2.0', '/-/incidents/none'],
];

const WORDS = Object.values(HOSTILE).join(' ');
const BAD = incident(0, { path: WORDS, why: WORDS, verdict: WORDS, mirror: WORDS });
const TOLD = ['/-/', '/-/incidents', '/-/incidents/0'];
const HOSTILE_PEERS = fakeSummaries({ name: WORDS, incidents: () => [BAD], incident: () => detailOf(BAD) });

interface Look {
  readonly what: string;
  readonly summaries: Summaries;
  readonly paths: readonly string[];
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

const LOOKS: readonly Look[] = [
  { what: 'before the first pass', summaries: FRESH, paths: PATHS, width: 1280, scheme: 'light' },
  { what: 'while all is well', summaries: HEALTHY, paths: PATHS, width: 360, scheme: 'light' },
  { what: 'while a fleet burns', summaries: BURNING, paths: [...PATHS, ...DETAILS], width: 1280, scheme: 'dark' },
  { what: 'while a fleet burns, on a phone', summaries: BURNING, paths: DETAILS, width: 360, scheme: 'dark' },
  { what: 'while peers write what they like', summaries: HOSTILE_PEERS, paths: TOLD, width: 360, scheme: 'light' },
];

describe('in a browser', { concurrency: 1 }, () => {
  for (const { what, summaries, paths, width, scheme } of LOOKS) {
    test(`every page is quiet, ours alone, no wider than its window, and readable by everybody: ${what}`, async (t) => {
      if (!needs(t, 'chromium')) return;
      const [browser, base] = [await startBrowser(t), await serve(t, summaries)];

      const faults: string[] = [];
      for (const path of paths) faults.push(...(await faultsOf(browser, base, path, { width, scheme })));

      assert.deepEqual(faults, []);
    });
  }

  test('the keyboard goes through a page in the order in which it is read', async (t) => {
    if (!needs(t, 'chromium')) return;
    const [browser, base] = [await startBrowser(t), await serve(t, BURNING)];
    const page = await browser.newPage();
    await page.goto(`${base}/-/`);
    const read = (await page.evaluate(
      `[...document.querySelectorAll('${FOCUSABLE}')].slice(0, 25).map(${NAME})`,
    )) as string[];

    const walked: string[] = [];
    for (const _ of read) {
      await page.keyboard.press('Tab');
      walked.push(await page.evaluate(`(${NAME})(document.activeElement)`));
    }

    assert.deepEqual(walked, read);
  });

  test('by the keyboard alone one comes past the navigation, looks for an artifact and opens it', async (t) => {
    if (!needs(t, 'chromium')) return;
    const [browser, base] = [await startBrowser(t), await serve(t, HEALTHY)];
    const page = await browser.newPage();
    await page.goto(`${base}/-/artifacts`);

    await page.keyboard.press('Tab');
    const first = await focused(page);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const second = await focused(page);
    await page.keyboard.type('org.example:tool:2.0');
    await Promise.all([page.waitForURL(/q=org\.example%3Atool/), page.keyboard.press('Enter')]);
    const hit = page.getByRole('link', { name: 'org.example:tool:2.0' });
    await hit.focus();
    await Promise.all([page.waitForURL(/artifacts\/org\.example\/tool\/2\.0$/), page.keyboard.press('Enter')]);

    assert.equal(first, 'Skip to content');
    assert.equal(second, 'look-for');
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'org.example:tool:2.0');
  });
});

const FOCUSABLE = 'a[href], input, button, [tabindex="0"]';
const NAME = "(each) => each.tagName + ' ' + (each.textContent || each.name).trim().slice(0, 60)";

/** Everything that a person, or a program that reads to one, would stumble over. */
async function faultsOf(
  browser: Browser,
  base: string,
  path: string,
  { width, scheme }: Pick<Look, 'width' | 'scheme'>,
): Promise<string[]> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
  const faults: string[] = [];
  let isThere = true;
  try {
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && faults.push(`${path}: console: ${message.text()}`));
    page.on('pageerror', (error) => faults.push(`${path}: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(base)) faults.push(`${path}: asks ${request.url()}`);
    });
    isThere = (await page.goto(base + path, { timeout: 60_000 }))?.status() !== 404;
    const wider = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (wider !== 0) faults.push(`${path}: ${wider} pixels wider than its window`);
    await page.evaluate(axe.source);
    const seen = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as axe.AxeResults;
    faults.push(...seen.violations.map(({ id, nodes }) => `${path}: ${id}: ${nodes[0]?.html.slice(0, 200)}`));
  } finally {
    await context.close();
  }
  // Of a page that is not there the browser says so, too.
  return isThere ? faults : faults.filter((fault) => !/console: Failed to load resource: .* 404/.test(fault));
}

function focused(page: Page): Promise<string> {
  return page.evaluate('document.activeElement.id || document.activeElement.textContent');
}

/** The pages of one installation on a port of their own, as a serve process answers them. */
async function serve(t: TestContext, summaries: Summaries): Promise<string> {
  const server = createServer((request, response) => {
    void ask(summaries, request.url ?? '/', request.headers.accept ?? HTML).then(({ status, headers, body }) => {
      response.writeHead(status, headers);
      response.end(body ?? undefined);
    });
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  t.after(() => {
    server.closeAllConnections();
    return new Promise((done) => {
      server.close(done);
    });
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
