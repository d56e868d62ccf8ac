/** What became of a consumer that kept reading past the end of its first credentials. */

export interface Observation {
  /** When the consumer answered, seconds after it started. */
  atSeconds: number;
  /** The access key that the server saw; undefined where no request arrived. */
  accessKeyId: string | undefined;
  error: string | undefined;
}

export interface Outcome {
  /** It went on with new credentials, and no read failed. */
  refreshed: boolean;
  /** When the server first saw another access key, seconds after the start. */
  newKeyAtSeconds: number | undefined;
  /** When a read first failed, seconds after the start. */
  firstFailureAtSeconds: number | undefined;
  lastError: string | undefined;
}

/** @throws when there is no observation of the time after the first credentials expired */
export function judge(observations: Observation[], sessionSeconds: number): Outcome {
  const last = observations.at(-1);
  if (last === undefined || last.atSeconds <= sessionSeconds) {
    throw new Error('the first credentials had not expired at the last observation');
  }
  const firstKey = observations[0]?.accessKeyId;
  const isNew = ({ accessKeyId }: Observation) =>
    accessKeyId !== undefined && accessKeyId !== firstKey;
  const failures = observations.filter(({ error }) => error !== undefined);
  return {
    refreshed: isNew(last) && failures.length === 0,
    newKeyAtSeconds: observations.find(isNew)?.atSeconds,
    firstFailureAtSeconds: failures[0]?.atSeconds,
    lastError: failures.at(-1)?.error,
  };
}
