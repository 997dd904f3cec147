import assert from 'node:assert/strict';
import test from 'node:test';
import { CodedError, systemCode } from '../../src/host/error.ts';
import { makeLogger } from '../../src/host/logger.ts';

function heard(
  level: 'debug' | 'warn',
  speak: (logger: ReturnType<typeof makeLogger>) => void,
): Record<string, unknown>[] {
  const lines: string[] = [];
  speak(makeLogger(level, { write: (line: string) => lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line is JSON with its time and the room that speaks', () => {
  const [line] = heard('debug', (logger) => logger.child({ room: 'pass' }).info({ files: 3 }, 'pass finished'));

  assert.equal(line?.room, 'pass');
  assert.equal(line?.files, 3);
  assert.equal(line?.msg, 'pass finished');
  assert.match(String(line?.time), /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('what is below the level is not said', () => {
  assert.deepEqual(
    heard('warn', (logger) => {
      logger.info('quiet');
      logger.error('loud');
    }).map((line) => line.msg),
    ['loud'],
  );
});

test('secrets do not come out, one level down neither', () => {
  const lines = heard('debug', (logger) =>
    logger.info({ password: 'p1', request: { authorization: 'p2', password: 'p3' } }, 'request'),
  );

  assert.doesNotMatch(JSON.stringify(lines), /p1|p2|p3/);
});

test('an error is written with its stack and its cause', () => {
  const error = new CodedError('sync-failed', 'Could not.', { cause: new Error('the disk said so') });

  const [line] = heard('debug', (logger) => logger.error({ err: error }, 'job failed'));

  assert.match(JSON.stringify(line), /Could not\..*the disk said so/);
});

test('a coded error keeps code, remedy, path and cause apart from its sentence', () => {
  const cause = new Error('ENOSPC');
  const error = new CodedError('x-failed', 'Could not.', { cause, remedy: 'Make room.', path: '/data' });

  assert.deepEqual(
    [error.code, error.message, error.remedy, error.path, error.cause],
    ['x-failed', 'Could not.', 'Make room.', '/data', cause],
  );
  assert.equal(new CodedError('x-failed', 'Could not.').remedy, null);
});

test('only errors of the system have a system code', () => {
  assert.equal(systemCode(Object.assign(new Error('x'), { code: 'ENOENT' })), 'ENOENT');
  assert.equal(systemCode(Object.assign(new Error('x'), { code: 7 })), null);
  assert.equal(systemCode({ code: 'ENOENT' }), null);
  assert.equal(systemCode(new Error('x')), null);
});
