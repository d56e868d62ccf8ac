import type { LogLevel } from '../../init/log.ts';
import type { LogFields, Logger } from '../../init/ports.ts';

export interface LogEntry {
  level: LogLevel;
  message: string;
  fields: LogFields;
}

/** A logger that keeps its entries; `text()` is all that it was told, for tests of secrecy. */
export interface RecordingLogger extends Logger {
  readonly entries: readonly LogEntry[];
  text(): string;
}

/** Creates a logger that writes nowhere. */
export function createRecordingLogger(): RecordingLogger {
  const entries: LogEntry[] = [];
  const recordAt =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      entries.push({ level, message, fields });
    };
  return {
    entries,
    text: () => JSON.stringify(entries),
    debug: recordAt('debug'),
    info: recordAt('info'),
    warning: recordAt('warning'),
    error: recordAt('error'),
  };
}
