/** What the gcloud stand-in knows and remembers between its runs, as a JSON file. */

import { readFileSync, writeFileSync } from 'node:fs';

export type Account = {
  uniqueId: string;
  /** How many more listings leave the new account out, and how many more grants do not know it. */
  unlisted: number;
  ungrantable: number;
};

export type GcloudState = {
  accounts: { [email: string]: Account };
  /** Bindings as `RESOURCE ROLE MEMBER`. */
  bindings: string[];
  projects: string[];
  buckets: string[];
  /** Starts of commands (`projects add-iam-policy-binding`) that are answered PERMISSION_DENIED. */
  denied: string[];
  /** What a new account's `unlisted` and `ungrantable` start with: Google is eventually consistent. */
  lag: { unlisted: number; ungrantable: number };
  calls: string[][];
};

/** The unique id of the account that the stand-in creates. No example and no other fixture has it. */
export const CREATED_UNIQUE_ID = '109876543210987654321';

export const EMPTY_STATE: GcloudState = {
  accounts: {},
  bindings: [],
  projects: ['example-project'],
  buckets: [],
  denied: [],
  lag: { unlisted: 0, ungrantable: 0 },
  calls: [],
};

export function readState(path: string): GcloudState {
  return JSON.parse(readFileSync(path, 'utf8')) as GcloudState;
}

export function writeState(path: string, state: GcloudState): void {
  writeFileSync(path, JSON.stringify(state, null, 2));
}
