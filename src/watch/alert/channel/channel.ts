import type { Delivery } from '../../../state/outbox.ts';
import type { AlertBody, Message } from '../message.ts';

export interface Letter {
  /** The same letter has the same key, however often it is delivered. */
  readonly key: string;
  readonly body: AlertBody;
  readonly message: Message;
}

/** A way to tell somebody. What does not arrive is a value: later, or never. */
export interface Channel {
  send(letter: Letter, signal: AbortSignal): Promise<Delivery>;
}
