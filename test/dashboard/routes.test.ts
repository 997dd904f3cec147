import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, HOSTILE, HTML, NO_TEXT, textOf } from './asking.ts';
import { BURNING, FRESH, fakeSummaries, HEALTHY, HEALTHY_STATUS, incident } from './fleet.ts';

test('a page is strict about what it may load, and loads only what is ours', async () => {
  const answer = await ask(HEALTHY, '/-/');

  const text = textOf(answer);
  assert.match(
    answer.headers['content-security-policy'] ?? '',
    /^default-src 'none'; style-src 'self'; img-src 'self'/,
  );
  assert.doesNotMatch(text, /<script|<style| style=| on[a-z]+=|https?:\/\//);
});

test('the style sheet lies at an address made of its contents, and stays there for good', async () => {
  const page = textOf(await ask(HEALTHY, '/-/'));
  const path = /href="(\/-\/style\/[0-9a-f]{16}\.css)"/.exec(page)?.[1] ?? '';

  const style = await ask(HEALTHY, path);
  const former = await ask(HEALTHY, '/-/style/0000000000000000.css');

  assert.equal(style.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(style.headers['content-type'], 'text/css; charset=utf-8');
  assert.equal(former.status, 200);
  assert.equal(former.headers['cache-control'], 'no-store');
});

test('who looks at incidents gets a page, and a program JSON', async () => {
  const [page, program, twin] = await Promise.all([
    ask(BURNING, '/-/incidents', HTML),
    ask(BURNING, '/-/incidents', '*/*'),
    ask(BURNING, '/-/incidents.json', HTML),
  ]);

  assert.match(textOf(page), /<h1>/);
  assert.equal(JSON.parse(textOf(program)).incidents.length, 1000);
  assert.deepEqual(program.body, twin.body);
});

test('an incident has one address for people and one for programs', async () => {
  const page = textOf(await ask(BURNING, '/-/incidents/0000000005', HTML));
  const twin = JSON.parse(textOf(await ask(BURNING, '/-/incidents/0000000005.json', HTML)));

  assert.equal(twin.incident.id, '0000000005');
  assert.ok(page.includes(twin.incident.expected_sha256));
  assert.ok(page.includes(twin.incident.observed_sha256));
  assert.match(page, /assay incidents/);
});

test('what is not there is said in the frame of the others, and to programs as a problem', async () => {
  const page = await ask(HEALTHY, '/-/incidents/nothing', HTML);
  const program = await ask(HEALTHY, '/-/incidents/nothing.json');

  assert.equal(page.status, 404);
  assert.match(textOf(page), /<nav/);
  assert.equal(program.status, 404);
  assert.equal(program.headers['content-type'], 'application/problem+json');
});

test('a page that cannot be made says so, and its keeper is told', async () => {
  const told: unknown[] = [];
  const broken = fakeSummaries({
    incidents: () => {
      throw new Error('the database is gone');
    },
  });

  const answer = await ask(broken, '/-/', HTML, (error) => told.push(error));

  assert.equal(answer.status, 500);
  assert.doesNotMatch(textOf(answer), /the database is gone/);
  assert.equal(told.length, 1);
});

test('before the first pass the overview says that nothing is published, and what to do', async () => {
  const text = textOf(await ask(FRESH, '/-/'));

  assert.match(text, /Nothing is published yet/);
  assert.match(text, /assay sync/);
});

test('a tree that nobody has brought up to date for days is called so, and who asks the source stays unsaid', async () => {
  const status = {
    ...HEALTHY_STATUS,
    last_success_at: '2026-11-23T11:00:00.000Z',
    sources: [{ url: 'rsync://somebody@origin.example.org/repo/', reachable: true, since: null, sentence: null }],
  };

  const text = textOf(await ask(fakeSummaries({ status: () => status }), '/-/'));

  assert.match(text, /As of <time[^>]*>2 days ago/);
  assert.match(text, /no pass for more than a day/);
  assert.doesNotMatch(text, /somebody@/);
});

test('a page asks for itself again only when somebody wishes it', async () => {
  const [plain, wished, rushed] = await Promise.all([
    ask(HEALTHY, '/-/'),
    ask(HEALTHY, '/-/?refresh=60'),
    ask(HEALTHY, '/-/?refresh=1'),
  ]);

  assert.deepEqual(
    [plain, wished, rushed].map(({ headers }) => headers.refresh),
    [undefined, '60', undefined],
  );
  assert.match(textOf(await ask(HEALTHY, '/-/incidents?all')), /href="\?all=&amp;refresh=60"/);
  assert.match(textOf(await ask(HEALTHY, '/-/incidents?all&refresh=60')), /href="\?all="/);
});

for (const [what, text] of Object.entries(HOSTILE)) {
  test(`what others wrote stays text: ${what}`, async () => {
    const bad = incident(0, { mirror: text, path: text, why: text, verdict: text, note: text });
    const summaries = fakeSummaries({
      name: text,
      incidents: () => [bad],
      incident: () => ({
        incident: bad,
        timeline: [{ at: bad.opened_at, kind: 'opened', detail: text }],
        evidence: [
          {
            ...{
              found_by: 'crawl',
              verdict: text,
              mirror: text,
              path: text,
              why: text,
              expected: null,
              observed: null,
            },
            evidence: {
              ...{ url: text, final_url: `${text}/`, status: 200, failure: null, asked_at: bad.opened_at },
              headers: { 'x-answer': text },
            },
          },
        ],
        told: [{ channel: text, at: bad.opened_at, over: true }],
      }),
    });

    const pages = await Promise.all(
      ['/-/', '/-/incidents', '/-/incidents/0'].map((path) => ask(summaries, path, HTML)),
    );

    for (const page of pages) {
      assert.equal(page.status, 200);
      assert.deepEqual(textOf(page).match(NO_TEXT), null);
      assert.ok((page.body?.length ?? 0) < 40_000);
    }
  });
}

test('the overview of a burning fleet stays below 100 kB', async () => {
  const answer = await ask(BURNING, '/-/');

  assert.ok((answer.body?.length ?? 0) < 100_000);
});

test('a mirror shows its lag as a line and its verdicts as a bar, both in words too', async () => {
  const page = textOf(await ask(BURNING, '/-/mirrors', HTML));

  assert.match(page, /<title>Behind in its last \d+ visits: [^<]+, at most [^<]+<\/title>/);
  assert.match(page, /<title>[\d,]+ answers judged: [\d,]+ ok, [^<]*divergent<\/title>/);
});
