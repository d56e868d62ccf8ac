/** What the examinations work with, beside the ports of every command. Types only. */
import type { S3Location } from '../config/values.ts';
import type { Clock, Credentials } from '../ports.ts';

/** Asks STS who holds the credentials. */
export interface CallerIdentitySource {
  /** The caller's ARN by GetCallerIdentity; throws IdentityError. */
  fetchCallerArn(credentials: Credentials, signal: AbortSignal): Promise<string>;
}

/** S3's answer to one ListObjectsV2. */
export interface S3Answer {
  status: number;
  /** S3's error code, such as `AccessDenied`; undefined for a success. */
  code: string | undefined;
  /** The bucket's region, where S3 tells. */
  bucketRegion: string | undefined;
  /** How many keys it listed, of at most one; undefined where the answer is no listing. */
  keyCount: number | undefined;
}

export interface S3Lister {
  /** The address that is asked, for the report. */
  endpoint: string;
  /** Lists at most one key; throws IdentityError when there is no answer. */
  listOne(location: S3Location, credentials: Credentials, signal: AbortSignal): Promise<S3Answer>;
}

export interface Shell {
  /** Whether there is a /bin/sh; distroless images have none. */
  exists(): boolean;
  /** Runs a command line with its output on stderr; returns its exit code. */
  run(commandLine: string, env: Record<string, string>, signal: AbortSignal): Promise<number>;
}

/** The files that delivery would touch, looked at without changing them. */
export interface DiskInspector {
  readOwnFile(path: string): Promise<string | undefined>;
  readIfPresent(path: string | undefined): Promise<string | undefined>;
  /** Throws IdentityError ERR_WRITE where the file could not be written. */
  checkWritable(path: string): Promise<void>;
}

/** How long an examination may take, and what ends it at once. */
export interface Patience {
  deadlineMs: number;
  clock: Clock;
  signal: AbortSignal;
}

/** The environment that COMMAND would get, and the way to take everything down again. */
export interface TrialDelivery {
  env: Record<string, string>;
  end(): Promise<void>;
}
