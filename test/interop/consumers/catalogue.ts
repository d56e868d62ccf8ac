/** The AWS clients that people put behind the program, each as a process of its own. */
import { join } from 'node:path';
import { prepared } from '../prepared.ts';

export interface ConsumerKind {
  /** As it stands in the table of docs/consumers.md. */
  name: string;
  /** Its command and arguments; prepares it first where the cache is cold. */
  command(): string[];
}

export const CONSUMERS: ConsumerKind[] = [
  { name: 'boto3 (Python)', command: () => python('boto3_consumer.py') },
  { name: 'aws command (a process per call)', command: () => python('aws_cli_consumer.py') },
  { name: 'AWS SDK for Go v2', command: () => [join(prepared('interop', 'go'), 'consumer')] },
  { name: 'AWS SDK for Java v2', command: java },
  { name: 'AWS SDK for JavaScript v3', command: javascript },
  { name: 'pyarrow (AWS SDK for C++)', command: () => python('pyarrow_consumer.py') },
];

function python(program: string): string[] {
  const interpreter = join(prepared('interop', 'python'), 'bin', 'python');
  return [interpreter, join(import.meta.dirname, 'python', program)];
}

function java(): string[] {
  const target = join(prepared('interop', 'java'), 'target');
  return ['java', '-cp', `${target}/classes:${target}/dependency/*`, 'Consumer'];
}

function javascript(): string[] {
  return [process.execPath, join(prepared('interop', 'javascript'), 'consumer.js')];
}
