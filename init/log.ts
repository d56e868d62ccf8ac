import { LOG_LEVELS } from './contract.ts';
import type { LogFields, Logger } from './ports.ts';

export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

export interface LogOptions {
  format: LogFormat;
  /** The lowest level that is written. */
  level: LogLevel;
  nowMs: () => number;
  /** Writes one line, newline included; to stderr. */
  write: (line: string) => void;
}

/**
 * Creates the logger: one line an event. As `json`, the lines are structured entries for Cloud
 * Logging (https://cloud.google.com/logging/docs/structured-logging): severity, message, time.
 */
export function createLogger({ format, level, nowMs, write }: LogOptions): Logger {
  const lowest = LOG_LEVELS.indexOf(level);
  const formatLine = format === 'json' ? formatJsonLine : formatTextLine;
  const logAt = (entryLevel: LogLevel) => (message: string, fields?: LogFields) => {
    if (LOG_LEVELS.indexOf(entryLevel) < lowest) return;
    write(formatLine({ level: entryLevel, message, time: new Date(nowMs()), fields }));
  };
  return {
    debug: logAt('debug'),
    info: logAt('info'),
    warning: logAt('warning'),
    error: logAt('error'),
  };
}

interface Entry {
  level: LogLevel;
  message: string;
  time: Date;
  fields: LogFields | undefined;
}

function formatJsonLine({ level, message, time, fields }: Entry): string {
  const entry = { severity: level.toUpperCase(), message, time: time.toISOString(), ...fields };
  return `${JSON.stringify(entry)}\n`;
}

function formatTextLine({ level, message, time, fields }: Entry): string {
  const facts = Object.entries(fields ?? {}).map(([name, value]) => ` ${name}=${value}`);
  const [line, ...rest] = message.split('\n');
  const head = `${time.toISOString()} ${level.padEnd(7)} ${line}${facts.join('')}`;
  return `${[head, ...rest].join('\n')}\n`;
}
