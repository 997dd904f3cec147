// What a process and its child say to each other once the child runs: news, and questions that are answered.

import type { Serializable } from 'node:child_process';

export type Answering = (question: unknown) => Serializable | Promise<Serializable>;

export interface Conversation {
  /** Says something without waiting. Lost when the other side is gone. */
  tell(news: Serializable): void;
  /** Null when no answer came within `timeoutMs`, or the other side is gone. */
  ask(question: Serializable, timeoutMs: number): Promise<unknown>;
  onNews(listener: (news: unknown) => void): void;
  /** One way for all questions; without, they run into their timeout. `onLost` hears why an answer could not be made. */
  answerWith(answering: Answering, onLost: (error: unknown) => void): void;
}

interface Channel {
  send?(message: Serializable, callback: (error: Error | null) => void): unknown;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

type Message =
  | { readonly says: 'news'; readonly body: Serializable }
  | { readonly says: 'question' | 'answer'; readonly number: number; readonly body: Serializable };

export function converse(channel: Channel): Conversation {
  const waiting = new Map<number, (answer: unknown) => void>();
  const listeners: ((news: unknown) => void)[] = [];
  let answer: (number: number, question: unknown) => void = () => undefined;
  let questions = 0;
  // A channel that closes under a message is no news: who cares hears that the process has ended.
  const send = (message: Message) => void channel.send?.(message, () => undefined);
  channel.on('message', (heard) => {
    const message = heard as Message;
    if (message.says === 'news') for (const listener of listeners) listener(message.body);
    else if (message.says === 'answer') waiting.get(message.number)?.(message.body);
    else if (message.says === 'question') answer(message.number, message.body);
  });
  return {
    tell: (body) => send({ says: 'news', body }),
    onNews: (listener) => void listeners.push(listener),
    answerWith: (answering, onLost) => {
      const reply = async (number: number, question: unknown) =>
        send({ says: 'answer', number, body: await answering(question) });
      answer = (number, question) => void reply(number, question).catch(onLost);
    },
    ask: (body, timeoutMs) => {
      questions += 1;
      const number = questions;
      return new Promise((resolve) => {
        const done = (what: unknown) => {
          clearTimeout(timer);
          waiting.delete(number);
          resolve(what);
        };
        const timer = setTimeout(done, timeoutMs, null);
        waiting.set(number, done);
        send({ says: 'question', number, body });
      });
    },
  };
}
