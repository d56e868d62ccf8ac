import type { S3Location } from '../config/values.ts';
import { EXIT_CODES } from '../contract.ts';
import { asIdentityError } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import type { Patience, S3Answer, S3Lister } from './ports.ts';
import { type Fact, type Finding, failed, failedBy, passed, type Step } from './report.ts';
import { tryUntilDeadline } from './try-until-deadline.ts';

const NAME = 'S3';

export interface S3Inputs {
  location: S3Location;
  credentials: Credentials;
  region: string;
}

/** Lists at most one key of a bucket with the new credentials. */
export async function examineS3(
  { location, credentials, region }: S3Inputs,
  s3: S3Lister,
  patience: Patience,
): Promise<Step> {
  const facts: Fact[] = [
    { name: 'endpoint', value: s3.endpoint },
    { name: 'listed', value: `s3://${location.bucket}/${location.prefix}` },
  ];
  try {
    const answer = await tryUntilDeadline(
      (trySignal) => s3.listOne(location, credentials, trySignal),
      patience,
    );
    if (answer.bucketRegion) facts.push({ name: 'bucket region', value: answer.bucketRegion });
    const explained = explainS3Answer(answer, location, region);
    if (explained !== undefined) {
      return failed(NAME, facts, { exitCode: explained.exitCode, findings: [explained] });
    }
    facts.push({ name: 'keys', value: answer.keyCount === 0 ? 'none there' : 'at least one' });
    return passed(NAME, facts);
  } catch (error) {
    patience.signal.throwIfAborted();
    return failedBy(NAME, facts, asIdentityError(error));
  }
}

type ExplainedAnswer = Finding & { exitCode: number };

/** Says what S3's refusal means (S3 API reference, "Error responses"); undefined for a listing. */
function explainS3Answer(
  answer: S3Answer,
  { bucket, prefix }: S3Location,
  region: string,
): ExplainedAnswer | undefined {
  const { status, code = `status ${status}`, bucketRegion, keyCount } = answer;
  if (status === 200 && keyCount !== undefined) return undefined;
  const problem = `S3 refused to list s3://${bucket}/${prefix}: ${code}`;
  if (isWrongRegion(answer, region)) {
    return {
      problem: `${problem}: the bucket is in ${bucketRegion ?? 'another region'}, asked was ${region}`,
      mend: `let COMMAND use the bucket's region: --region ${bucketRegion ?? 'REGION'}`,
      exitCode: EXIT_CODES.configuration,
    };
  }
  const known = MEANINGS[code];
  if (known !== undefined) return { problem, ...known };
  if (status >= 500 || status === 429) {
    return {
      problem,
      mend: 'S3 is failing or throttling; try again',
      exitCode: EXIT_CODES.temporary,
    };
  }
  return {
    problem,
    mend: 'check AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL and the proxy: what answers may not be S3',
    exitCode: EXIT_CODES.protocol,
  };
}

const REJECTED_CREDENTIALS = {
  mend: 'this S3 does not accept credentials of that STS; check that both endpoints belong together',
  exitCode: EXIT_CODES.protocol,
};

const MEANINGS: Readonly<Record<string, { mend: string; exitCode: number }>> = {
  AccessDenied: {
    mend: "allow s3:ListBucket on the bucket in the role's own policy (and s3:GetObject, s3:PutObject on its objects), and see that the bucket policy, a session policy (--policy, --policy-arn) or an organization's policy denies nothing; a bucket of another account needs a bucket policy too",
    exitCode: EXIT_CODES.refused,
  },
  NoSuchBucket: {
    mend: 'check the name of the bucket, and the partition and region of --region',
    exitCode: EXIT_CODES.configuration,
  },
  InvalidAccessKeyId: REJECTED_CREDENTIALS,
  InvalidToken: REJECTED_CREDENTIALS,
  ExpiredToken: { mend: "is this machine's clock right?", exitCode: EXIT_CODES.protocol },
  RequestTimeTooSkewed: {
    mend: "this machine's clock is wrong; let it synchronise (NTP)",
    exitCode: EXIT_CODES.protocol,
  },
  SignatureDoesNotMatch: {
    mend: 'something between here and S3 changes requests, such as a proxy',
    exitCode: EXIT_CODES.protocol,
  },
};

function isWrongRegion({ status, code, bucketRegion }: S3Answer, region: string): boolean {
  if (code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect') return true;
  const moved = status === 301 || status === 307 || status === 400;
  return moved && bucketRegion !== undefined && bucketRegion !== region;
}
