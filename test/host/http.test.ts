import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { userAgentOf } from '../../src/host/http.ts';
import { answered, brief, client, httpServer, NEVER, rawServer } from './http-peer.ts';

const CEILING = 1 << 20;

test('a body is hashed as it streams, and only its beginning is kept', async (t) => {
  const bytes = Buffer.alloc(300_000, 'ab');
  const url = await httpServer(t, (_, response) => response.end(bytes));

  const { body } = answered(
    await client(t).ask({ method: 'GET', url, ceilingBytes: CEILING, digests: ['sha256', 'md5'] }, NEVER),
  );

  assert.equal(body.end, 'whole');
  assert.equal(body.sizeBytes, bytes.length);
  assert.equal(body.bytes.length, 1024);
  assert.deepEqual(body.digests, {
    sha256: createHash('sha256').update(bytes).digest('hex'),
    md5: createHash('md5').update(bytes).digest('hex'),
  });
});

test('a body that is to be kept is kept whole', async (t) => {
  const bytes = Buffer.alloc(300_000, 'ab');
  const url = await httpServer(t, (_, response) => response.end(bytes));

  const { body } = answered(await client(t).ask({ method: 'GET', url, ceilingBytes: CEILING, keep: true }, NEVER));

  assert.ok(body.bytes.equals(bytes));
});

test('of a body without end one byte more than the ceiling is read, and not hashed', async (t) => {
  const url = await httpServer(t, (_, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(50_000)));
    };
    response.on('drain', more);
    more();
  });

  const { body } = answered(
    await client(t).ask({ method: 'GET', url, ceilingBytes: 70_000, digests: ['sha256'] }, NEVER),
  );

  assert.equal(body.end, 'ceiling');
  assert.equal(body.sizeBytes, 70_001);
  assert.equal(body.digests.sha256, createHash('sha256').update(Buffer.alloc(70_000)).digest('hex'));
});

test('a body as long as the ceiling is whole', async (t) => {
  const url = await httpServer(t, (_, response) => response.end('12345'));

  const { body } = answered(await client(t).ask({ method: 'GET', url, ceilingBytes: 5 }, NEVER));

  assert.deepEqual([body.end, body.sizeBytes], ['whole', 5]);
});

test('a body that ends before its length says is an answer that was cut, with what came of it', async (t) => {
  const url = await httpServer(t, (_, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('1234', () => response.destroy());
  });

  const answer = answered(
    await client(t).ask({ method: 'GET', url, ceilingBytes: CEILING, digests: ['sha256'] }, NEVER),
  );

  assert.deepEqual([answer.status, answer.body.end, answer.body.sizeBytes], [200, 'cut', 4]);
  assert.equal(answer.body.digests.sha256, createHash('sha256').update('1234').digest('hex'));
});

test('what the sink has not taken waits at the other side', async (t) => {
  const url = await httpServer(t, (_, response) => response.end(Buffer.alloc(500_000)));
  let open = 0;
  let most = 0;
  let size = 0;

  const { body } = answered(
    await client(t).ask(
      {
        method: 'GET',
        url,
        ceilingBytes: CEILING,
        sink: async (chunk) => {
          open += 1;
          most = Math.max(most, open);
          await wait(1);
          size += chunk.length;
          open -= 1;
        },
      },
      NEVER,
    ),
  );

  assert.equal(body.end, 'whole');
  assert.deepEqual([size, most], [500_000, 1]);
});

test('what a sink throws is thrown, at once or later', async (t) => {
  const url = await httpServer(t, (_, response) => response.end('x'));
  const full = new Error('disk full');
  const ask = (sink: () => void | Promise<void>) =>
    client(t).ask({ method: 'GET', url, ceilingBytes: CEILING, sink }, NEVER);

  await assert.rejects(
    ask(() => {
      throw full;
    }),
    full,
  );
  await assert.rejects(
    ask(() => Promise.reject(full)),
    full,
  );
});

test('the body of an error page is never poured into the sink', async (t) => {
  const url = await httpServer(t, (_, response) => response.writeHead(404).end('not here'));
  let poured = 0;

  const answer = answered(
    await client(t).ask({ method: 'GET', url, ceilingBytes: CEILING, sink: () => void poured++ }, NEVER),
  );

  assert.equal(poured, 0);
  assert.equal(answer.body.bytes.toString(), 'not here');
});

test('HEAD leaves the connection open for the next request', async (t) => {
  const ports = new Set<number>();
  const url = await httpServer(t, (request, response) => {
    ports.add(request.socket.remotePort ?? 0);
    response.setHeader('content-length', '7').end();
  });
  const asking = client(t, { connections: 1 });

  for (let round = 0; round < 3; round += 1) {
    const answer = answered(await asking.ask({ method: 'HEAD', url, ceilingBytes: 0 }, NEVER));
    assert.equal(answer.headers['content-length'], '7');
  }

  assert.equal(ports.size, 1);
});

test('it says who it is, and asks for bytes as they are', async (t) => {
  let got: IncomingHttpHeaders = {};
  const url = await httpServer(t, (request, response) => {
    got = request.headers;
    response.end();
  });

  await client(t).ask({ method: 'GET', url, ceilingBytes: 0, headers: { 'if-none-match': '"x"' } }, NEVER);

  assert.equal(got['user-agent'], 'assay/test (test@example.org)');
  assert.equal(got['accept-encoding'], 'identity');
  assert.equal(got['if-none-match'], '"x"');
});

test('the name that we go by never breaks a header', () => {
  assert.equal(userAgentOf('1.2', 'ops@example.org'), 'assay/1.2 (ops@example.org)');
  assert.equal(userAgentOf('1.2', 'a\r\nb: c (d)'), 'assay/1.2 (a??b: c ?d?)');
  assert.equal(userAgentOf('1.2', null), 'assay/1.2');
});

test('what is posted arrives', async (t) => {
  let got = '';
  const url = await httpServer(t, (request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => {
      got += text;
    });
    request.on('end', () => response.writeHead(202).end());
  });

  const outcome = await client(t).ask({ method: 'POST', url, ceilingBytes: 100, body: '{"a":1}' }, NEVER);

  assert.deepEqual([brief(outcome), got], ['202', '{"a":1}']);
});

test('an aborted request rejects with the reason, before, while waiting and within a body', async (t) => {
  const url = await httpServer(t, (request, response) => {
    if (request.url === '/body') response.write('a');
  });
  const reason = new Error('stopping');
  const asking = client(t);
  const before = new AbortController();
  before.abort(reason);

  await assert.rejects(asking.ask({ method: 'GET', url, ceilingBytes: CEILING }, before.signal), reason);
  for (const path of ['', 'body']) {
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 50);
    await assert.rejects(
      asking.ask({ method: 'GET', url: `${url}${path}`, ceilingBytes: CEILING }, stop.signal),
      reason,
    );
  }
});

test('a server that never answers, one that falls silent and one that drips are given up', async (t) => {
  const drip = await rawServer(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
    const timer = setInterval(() => socket.write('x'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const mute = await rawServer(t, (socket) => void socket.resume());
  const silent = await rawServer(t, (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab'));
  const asking = client(t, { deadlines: { headersMs: 200, idleMs: 200, minBytesPerSecond: 1000, rateWindowMs: 300 } });
  const ask = (url: string) => asking.ask({ method: 'GET', url, ceilingBytes: CEILING }, NEVER);

  const [never, dripped, stopped] = await Promise.all([ask(mute), ask(drip), ask(silent)]);

  assert.equal(brief(never), 'timeout ETIMEDOUT');
  assert.equal(answered(dripped).body.end, 'slow');
  assert.deepEqual([answered(stopped).body.end, answered(stopped).body.sizeBytes], ['slow', 2]);
});

test('the total deadline holds whatever comes', async (t) => {
  const url = await httpServer(t, (_, response) => {
    const timer = setInterval(() => response.write(Buffer.alloc(5000)), 10);
    response.on('close', () => clearInterval(timer));
  });
  const asking = client(t, { deadlines: { totalMs: 300 } });

  const outcome = await asking.ask({ method: 'GET', url, ceilingBytes: 1 << 30 }, NEVER);

  assert.equal(answered(outcome).body.end, 'slow');
});

test('what is no HTTP, and a connection that ends without a word, are told apart from an answer', async (t) => {
  const ssh = await rawServer(t, (socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  const hangUp = await rawServer(t, (socket) => void socket.once('data', () => socket.destroy()));
  const asking = client(t);

  const outcomes = await Promise.all(
    [ssh, hangUp].map((url) => asking.ask({ method: 'GET', url, ceilingBytes: CEILING }, NEVER)),
  );

  assert.deepEqual(
    outcomes.map((each) => (each.kind === 'failure' ? each.stage : each.kind)),
    ['http', 'http'],
  );
});

test('a GET on a kept connection that the server has just closed is asked again, once, on another', async (t) => {
  let connections = 0;
  const url = await rawServer(t, (socket) => {
    connections += 1;
    let asked = 0;
    socket.on('data', () => {
      asked += 1;
      if (asked === 1) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      else socket.destroy();
    });
  });
  const asking = client(t, { connections: 1 });
  const ask = () => asking.ask({ method: 'GET', url, ceilingBytes: CEILING }, NEVER);

  const outcomes = [await ask(), await ask()];

  assert.deepEqual(outcomes.map(brief), ['200', '200']);
  assert.equal(connections, 2);
});

test('a body too large for memory is refused before it is asked for', async (t) => {
  const asking = client(t).ask({ method: 'GET', url: 'http://127.0.0.1:1/', ceilingBytes: 2 ** 31, keep: true }, NEVER);

  await assert.rejects(asking, RangeError);
});
