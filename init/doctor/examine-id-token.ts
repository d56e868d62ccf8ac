import { asIdentityError } from '../errors.ts';
import { checkIdToken, decodeIdToken, type IdTokenClaims } from '../identity/id-token.ts';
import type { IdTokenSource } from '../ports.ts';
import type { Patience } from './ports.ts';
import { type Examined, type Fact, type Finding, failedBy, passed } from './report.ts';
import { tryUntilDeadline } from './try-until-deadline.ts';

const NAME = 'ID token';
/** A clock that is less behind than this does no harm, and the request took some time too. */
const TOLERATED_SKEW_SECONDS = 5;

/** The ID token, which is never shown, and what it says. */
export interface FoundIdToken {
  idToken: string;
  claims: IdTokenClaims;
}

/** Fetches an ID token, shows its claims, and checks them and this machine's clock against it. */
export async function examineIdToken(
  audience: string,
  idTokens: IdTokenSource,
  patience: Patience,
): Promise<Examined<FoundIdToken>> {
  const { clock, signal } = patience;
  let facts: Fact[] = [];
  try {
    const fetchIdToken = (trySignal: AbortSignal) => idTokens.fetchIdToken(audience, trySignal);
    const idToken = await tryUntilDeadline(fetchIdToken, patience);
    const claims = decodeIdToken(idToken);
    facts = claimFacts(claims, clock.nowMs());
    checkIdToken(claims, { audience, nowMs: clock.nowMs() });
    const findings = clockFindings(claims, clock.nowMs());
    return { step: passed(NAME, facts, findings), found: { idToken, claims } };
  } catch (error) {
    signal.throwIfAborted();
    return { step: failedBy(NAME, facts, asIdentityError(error)) };
  }
}

function claimFacts({ iss, aud, azp, sub, ...claims }: IdTokenClaims, nowMs: number): Fact[] {
  const leftSeconds = Math.floor(claims.expSeconds - nowMs / 1000);
  return [
    { name: 'iss', value: iss },
    { name: 'aud', value: aud },
    { name: 'azp', value: azp ?? 'none' },
    { name: 'sub', value: sub, source: "the service account's unique id" },
    { name: 'lifetime left', value: `${leftSeconds} s` },
  ];
}

function clockFindings({ iatSeconds }: IdTokenClaims, nowMs: number): Finding[] {
  const aheadSeconds = Math.round((iatSeconds ?? 0) - nowMs / 1000);
  if (aheadSeconds <= TOLERATED_SKEW_SECONDS) return [];
  return [
    {
      problem: `This machine's clock is ${aheadSeconds} s behind Google's: the ID token was issued in its future`,
      mend: 'let the machine synchronise its clock (NTP); AWS refuses signatures of a clock that is minutes off',
    },
  ];
}
