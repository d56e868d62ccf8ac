import { DEFAULTS, LIMITS, METADATA_ATTRIBUTES, VARIABLES } from '../contract.ts';
import { option } from './option.ts';
import * as values from './values.ts';

const { durationSeconds, roleSessionName } = LIMITS;

/** Who asks, for which role, and how narrow. */
export const IDENTITY_OPTIONS = {
  roleArn: option({
    flag: 'role-arn',
    variables: [VARIABLES.roleArn],
    attribute: METADATA_ATTRIBUTES.roleArn,
    placeholder: 'ARN',
    parse: values.parseRoleArn,
    allowed: 'an IAM role ARN such as arn:aws:iam::123456789012:role/reader',
    help: 'the AWS role to assume',
  }),
  region: option({
    flag: 'region',
    variables: [VARIABLES.region, VARIABLES.defaultRegion],
    attribute: METADATA_ATTRIBUTES.region,
    placeholder: 'REGION',
    parse: values.parseRegion,
    allowed: 'an AWS region such as eu-west-1',
    help: 'the AWS region, for STS and for COMMAND',
  }),
  roleSessionName: option({
    flag: 'role-session-name',
    variables: [VARIABLES.roleSessionName],
    placeholder: 'NAME',
    parse: values.parseRoleSessionName,
    allowed: `${roleSessionName.min} to ${roleSessionName.max} characters of A-Z a-z 0-9 _ + = , . @ -`,
    help: 'who calls, for CloudTrail (default: the Dataflow job and worker, the pod, or the host)',
  }),
  audience: option({
    flag: 'audience',
    variables: [VARIABLES.audience],
    placeholder: 'AUDIENCE',
    parse: values.parseText,
    allowed: 'text without control characters',
    help: `the ID token's audience (default: ${DEFAULTS.audience})`,
  }),
  durationSeconds: option({
    flag: 'duration',
    variables: [VARIABLES.duration],
    placeholder: 'SECONDS',
    parse: values.integerBetween(durationSeconds.min, durationSeconds.max),
    allowed: `a whole number of seconds from ${durationSeconds.min} to ${durationSeconds.max}`,
    help: `how long credentials last (default: ${DEFAULTS.durationSeconds})`,
  }),
  serviceAccount: option({
    flag: 'service-account',
    variables: [VARIABLES.serviceAccount],
    placeholder: 'ACCOUNT',
    parse: values.parseText,
    allowed: 'default, or the e-mail address of an attached service account',
    help: `the Google service account (default: ${DEFAULTS.serviceAccount})`,
  }),
  policyArns: option({
    flag: 'policy-arn',
    variables: [VARIABLES.policyArns],
    placeholder: 'ARN',
    parse: values.parsePolicyArns,
    allowed: `${LIMITS.policyArns.min} to ${LIMITS.policyArns.max} IAM policy ARNs, separated by commas`,
    help: 'a managed session policy that narrows the role (repeatable)',
    repeatable: true,
  }),
  policy: option({
    flag: 'policy',
    variables: [VARIABLES.policy],
    placeholder: 'JSON',
    parse: values.parsePolicy,
    allowed: `a JSON policy of at most ${LIMITS.policy.max} characters`,
    help: 'an inline session policy that narrows the role',
  }),
} as const;
