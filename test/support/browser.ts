// Debian's Chromium, driven by playwright-core: what a person would have before them.

import type { TestContext } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

/** Ended, with what it wrote, after the test. `needs(t, 'chromium')` comes before. */
export async function startBrowser(t: Pick<TestContext, 'after'>): Promise<Browser> {
  // Its sandbox wants another user than root; nothing is opened but what the test itself serves.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...sandbox, '--disable-dev-shm-usage', '--disable-gpu'],
    timeout: 120_000,
  });
  t.after(() => browser.close());
  return browser;
}
