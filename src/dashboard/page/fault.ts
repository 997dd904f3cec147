// Pages for what is not there and for what failed.

import type { Page } from './frame.ts';
import { html } from './markup.ts';
import { code } from './text.ts';

export function missingPage(path: string): Page {
  return {
    ...{ title: 'There is no such page', place: null, twin: null, status: 404 },
    body: html`<p>Nothing is at ${code(path)}. An incident, a mirror or an artifact of that name may have been here before, or the address was cut on its way.</p>
<p><a href="/-/">What this mirror does now</a></p>`,
  };
}

export function brokenPage(): Page {
  return {
    ...{ title: 'This page could not be made', place: null, twin: null, status: 500 },
    body: html`<div class="note critical"><p>Something failed while this page was made. The log of this installation says what; <a href="/-/health">its health</a> says whether files are served, which they are in most such cases.</p></div>
<p><a href="/-/">The overview</a></p>`,
  };
}
