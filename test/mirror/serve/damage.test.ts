import assert from 'node:assert/strict';
import { readdirSync, readlinkSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { MINUTE } from '../../../src/host/clock.ts';
import { JAR, type Planted, POM } from './planted.ts';
import { JAR_PATH, POM_PATH } from './request-row.ts';
import { serve } from './running.ts';
import { ask, connect } from './wire.ts';

const DAMAGED = [
  ['lost', 'ENOENT'],
  ['cut', `${POM.length - 1} bytes in place of ${POM.length}`],
  ['link', 'ELOOP'],
  ['folder', 'not a regular file'],
] as const;

for (const [name, damage] of DAMAGED) {
  for (const method of ['GET', 'HEAD'] as const) {
    it(`a ${method} of a published file that is ${name} is answered 500 and logged once a minute`, async (t) => {
      const { planted, server } = await serve(t);
      const path = `com/example/${name}/1.0/${name}-1.0.pom`;

      const answer = await ask(server.url, method, `/${path}`);
      await ask(server.url, method, `/${path}`);
      await planted.clock.advance(MINUTE);
      await ask(server.url, method, `/${path}`);

      assert.equal(answer.status, 500);
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.ok(!answer.body.includes('secret'));
      const errors = errorsOf(planted);
      assert.equal(errors.length, 2);
      assert.deepEqual([errors[0]?.path, errors[0]?.damage], [path, damage]);
    });
  }
}

it('a file that a pass replaced between look-up and reading is served with its new row', async (t) => {
  const path = 'com/example/one/1.0/one-1.0.pom';
  const fresh = Buffer.from('<project>another</project>');
  const { planted, server } = await serve(t, {}, ({ rooms, put }) => {
    const old = rooms.inventory.row(path);
    put(path, 'pom', fresh);
    let lookUps = 0;
    const row = (asked: string) => {
      lookUps += 1;
      return lookUps === 1 ? old : rooms.inventory.row(asked);
    };
    return { inventory: { ...rooms.inventory, row } };
  });

  const answer = await ask(server.url, 'GET', POM_PATH);

  assert.equal(answer.status, 200);
  assert.ok(answer.body.equals(fresh));
  assert.deepEqual(errorsOf(planted), []);
});

it('a file that a takedown removed between look-up and reading is answered as taken down', async (t) => {
  const { planted, server } = await serve(t, {}, ({ rooms, site }) => {
    const old = rooms.inventory.row('com/example/one/1.0/one-1.0.pom');
    rmSync(`${site.published}${POM_PATH}`);
    let lookUps = 0;
    const row = () => {
      lookUps += 1;
      return lookUps === 1 ? old : null;
    };
    const takenDown = () => ({ reason: 'malware', legal: false, at: 0 });
    return { inventory: { ...rooms.inventory, row }, takenDown };
  });

  const answer = await ask(server.url, 'GET', POM_PATH);

  assert.equal(answer.status, 410);
  assert.deepEqual(errorsOf(planted), []);
});

it('an inventory that fails is answered 500 without its words, and logged', async (t) => {
  const { planted, server } = await serve(t, {}, ({ rooms }) => {
    const row = () => {
      throw new Error('disk I/O error at /var/lib');
    };
    return { inventory: { ...rooms.inventory, row } };
  });

  const answer = await ask(server.url, 'GET', POM_PATH);

  assert.equal(answer.status, 500);
  assert.equal(JSON.parse(answer.body.toString()).status, 500);
  assert.ok(!answer.body.includes('/var/lib'));
  assert.equal(errorsOf(planted)[0]?.msg, 'request failed');
});

it('an answer that cannot be put on the wire is answered 500, and the server goes on', async (t) => {
  const { planted, server } = await serve(t, {}, () => ({
    heldBack: () => ({ verdict: 'no\r\nreason', kind: 'rejected', since: 0 }),
  }));

  const bad = await ask(server.url, 'GET', '/none');
  const good = await ask(server.url, 'GET', POM_PATH);

  assert.deepEqual([bad.status, good.status], [500, 200]);
  assert.equal(errorsOf(planted)[0]?.msg, 'request failed');
});

it('a file that is cut while it is sent ends the connection, so that nothing else is taken for its rest', async (t) => {
  const size = 64 * 1024 * 1024;
  const { planted, server } = await serve(t);
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(size));
  const socket = await connect(server.url);
  t.after(() => socket.destroy());

  socket.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\nGET ${POM_PATH} HTTP/1.1\r\nhost: a\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  truncateSync(`${planted.site.published}/${path}`, 16 * 1024 * 1024);
  let received = 0;
  let text = '';
  for await (const chunk of socket) {
    received += chunk.length;
    text = chunk.toString('latin1');
  }

  assert.ok(received < size);
  assert.ok(!text.includes('<project>'));
});

it('a file that a pass renames over while it is sent arrives as it was', async (t) => {
  const { planted, server } = await serve(t);
  const file = `${planted.site.published}${JAR_PATH}`;
  const socket = await connect(server.url);
  t.after(() => socket.destroy());

  socket.write(`GET ${JAR_PATH} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  writeFileSync(`${file}.new`, 'another');
  renameSync(`${file}.new`, file);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);

  assert.ok(Buffer.concat(chunks).subarray(-JAR.length).equals(JAR));
});

it('clients that go away in the middle of a file leave no descriptor behind', async (t) => {
  const { planted, server } = await serve(t);
  const path = 'com/example/one/1.0/one-1.0.jar';
  planted.put(path, 'artifact', Buffer.alloc(64 * 1024 * 1024));

  for (let i = 0; i < 10; i += 1) {
    const socket = await connect(server.url);
    socket.write(`GET /${path} HTTP/1.1\r\nhost: a\r\n\r\n`);
    await new Promise((resolve) => socket.once('readable', resolve));
    socket.destroy();
  }
  await ask(server.url, 'HEAD', `/${path}`);

  await untilNone(() => readdirSync('/proc/self/fd').filter((name) => isOpenOn(name, path)));
});

async function untilNone(list: () => string[]): Promise<void> {
  for (let tries = 0; tries < 500 && list().length > 0; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  assert.deepEqual(list(), []);
}

function isOpenOn(descriptor: string, path: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).endsWith(path);
  } catch (error) {
    // The descriptor with which the list was read is gone by now.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

function errorsOf({ logged }: Planted): Planted['logged'] {
  return logged.filter((line) => Number(line.level) >= 50);
}
