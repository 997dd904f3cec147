import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import test from 'node:test';
import { converse } from '../../src/host/conversation.ts';

/** Two ends of a channel that carries JSON, as the one between two processes does. */
function ends() {
  const [one, other] = [new EventEmitter(), new EventEmitter()];
  const carry = (to: EventEmitter) => (message: unknown, sent: (error: null) => void) => {
    const text = JSON.stringify(message);
    setImmediate(() => to.emit('message', JSON.parse(text)));
    sent(null);
  };
  return [
    converse(Object.assign(one, { send: carry(other) })),
    converse(Object.assign(other, { send: carry(one) })),
  ] as const;
}

const unexpected = (error: unknown) => assert.fail(String(error));

test('questions of both sides get their own answers, in whatever order these come', async () => {
  const [one, other] = ends();
  other.answerWith(async (question) => {
    if (question === 'slow') await new Promise((resolve) => setTimeout(resolve, 20));
    return { answer: String(question) };
  }, unexpected);
  one.answerWith(() => 'me too', unexpected);

  const answers = await Promise.all([one.ask('slow', 30_000), one.ask('quick', 30_000), other.ask('you?', 30_000)]);

  assert.deepEqual(answers, [{ answer: 'slow' }, { answer: 'quick' }, 'me too']);
});

test('news reach every listener, in order', async () => {
  const [one, other] = ends();
  const heard: unknown[] = [];
  other.onNews((news) => heard.push(news));
  other.answerWith(() => 'done', unexpected);

  one.tell(1);
  one.tell({ two: 2 });
  await one.ask('done?', 30_000);

  assert.deepEqual(heard, [1, { two: 2 }]);
});

test('a question that is not answered in time gets null, and a late answer harms nobody', async () => {
  const [one, other] = ends();
  let release = () => {};
  const waiting = new Promise<string>((resolve) => {
    release = () => resolve('late');
  });
  other.answerWith(() => waiting, unexpected);

  const answer = await one.ask('anybody?', 10);
  release();
  await new Promise((resolve) => setImmediate(resolve));

  assert.equal(answer, null);
});

test('an answer that cannot be made is told to whom it may concern, and the asker gets null', async () => {
  const [one, other] = ends();
  const lost: unknown[] = [];
  other.answerWith(
    () => {
      throw new Error('no');
    },
    (error) => lost.push(error),
  );

  const answer = await one.ask('well?', 10);

  assert.equal(answer, null);
  assert.match(String(lost[0]), /no/);
});
