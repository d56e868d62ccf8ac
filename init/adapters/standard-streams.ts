import { writeSync } from 'node:fs';

/** Writes to stdout, a line end added. Throws when nobody can read it: it was asked for. */
export function print(text: string): void {
  writeSync(1, `${text}\n`);
}

/** Writes a log line to stderr. A log that nobody reads any more must not end the worker. */
export function writeLog(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // EPIPE, or EAGAIN from a full pipe.
  }
}
