import { type DestinationStream, destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';

export type Logger = PinoLogger;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * One logger for the process, JSON lines on stderr; a room takes `logger.child({ room })`. error = a person must act, warn = will become that,
 * info = one line per pass, publication, stop and start, debug = per file. Never a secret, never a client's whole address.
 */
export function makeLogger(level: LogLevel, stream: DestinationStream = destination({ dest: 2, sync: true })): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      errorKey: 'err',
      redact: ['password', 'authorization', '*.password', '*.authorization'],
    },
    stream,
  );
}
