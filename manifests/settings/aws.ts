/** Settings of the AWS side: which role the workers assume, and whom it trusts. */

import { DEFAULTS, LIMITS, POLICY_ARN_PATTERN, REGION_PATTERN } from '../../init/contract.ts';
import { integer, listOf, text } from './kinds.ts';
import type { Section } from './setting.ts';

const accountId = text(/^\d{12}$/, 'an AWS account id of 12 digits');
const region = text(REGION_PATTERN, 'a region such as eu-west-1');
const partition = text(
  /^[a-z][a-z0-9-]*$/,
  'a partition: aws, aws-cn, aws-us-gov, aws-eusc, or a local one',
);

/** Built-in providers are named by host; others by the ARN of an IAM OIDC provider. */
const federatedPrincipal = text(
  /^([a-z0-9-]+(\.[a-z0-9-]+)+|arn:[a-z][a-z0-9-]*:iam::\d{12}:oidc-provider\/[\w./-]+)$/,
  'accounts.google.com, or the ARN of an IAM OIDC provider',
);

/** RFC 7519 lets an audience be any string; those without blanks or quotes do for one here. */
const audience = text(/^[\w.:/@+~-]{1,255}$/, 'an audience of 1 to 255 characters without blanks');

/** Name and path as CreateRole takes them (IAM API reference). */
const roleName = text(/^[\w+=,.@-]{1,64}$/, '1 to 64 letters, digits and +=,.@_-');
const rolePath = text(
  /^\/([\w+=,.@-]+\/)*$/,
  'a path of letters, digits and +=,.@_- that starts and ends with /',
);
const policyArn = text(POLICY_ARN_PATTERN, 'the ARN of an IAM policy');

export const aws = {
  accountId: {
    kind: accountId,
    default: '',
    requiredBy: ['setup', 'job', 'admission'],
    help: 'account that the role belongs to',
  },
  region: {
    kind: region,
    default: '',
    requiredBy: ['setup', 'job', 'admission'],
    help: "region whose STS the workers ask, and their AWS clients' default region",
  },
  partition: { kind: partition, default: 'aws', help: 'AWS partition of the account' },
  federatedPrincipal: {
    kind: federatedPrincipal,
    default: 'accounts.google.com',
    help: 'identity provider in the trust policy; accounts.google.com is built into AWS',
  },
  audience: {
    kind: audience,
    default: DEFAULTS.audience,
    help: 'audience that the ID tokens must be made for',
  },
  role: {
    name: {
      kind: roleName,
      default: '',
      requiredBy: ['setup', 'job', 'admission'],
      help: 'name of the role',
    },
    path: { kind: rolePath, default: '/', help: 'path of the role' },
    maxSessionDurationSeconds: {
      kind: integer({ min: 3600, max: LIMITS.durationSeconds.max }, 'seconds'),
      default: DEFAULTS.durationSeconds,
      help: 'longest session that the role allows',
    },
    policyArns: {
      kind: listOf(policyArn),
      default: [],
      requiredBy: ['setup'],
      help: 'policies to attach: what the workers may do in AWS',
    },
  },
} satisfies Section;
