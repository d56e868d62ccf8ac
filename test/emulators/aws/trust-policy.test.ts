import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConditionBlock } from './condition.ts';
import {
  isAllowed,
  type TrustPolicy,
  type TrustRequest,
  type TrustStatement,
} from './trust-policy.ts';

const REQUEST: TrustRequest = {
  action: 'sts:AssumeRoleWithWebIdentity',
  federatedPrincipal: 'accounts.google.com',
  context: {
    'accounts.google.com:aud': '1122',
    'accounts.google.com:oaud': 'sts.amazonaws.com',
    'accounts.google.com:sub': '1122',
    'sts:RoleSessionName': 'job-7',
  },
};
const STATEMENT: TrustStatement = {
  Effect: 'Allow',
  Principal: { Federated: 'accounts.google.com' },
  Action: 'sts:AssumeRoleWithWebIdentity',
};
const allows = (...statements: TrustStatement[]) =>
  isAllowed({ Version: '2012-10-17', Statement: statements }, REQUEST);

interface Case {
  name: string;
  statement: Partial<TrustStatement>;
  allowed: boolean;
}

const STATEMENT_CASES: Case[] = [
  { name: 'the exact principal and action', statement: {}, allowed: true },
  {
    name: 'a list that holds the principal',
    statement: { Principal: { Federated: ['x', 'accounts.google.com'] } },
    allowed: true,
  },
  {
    name: 'another provider',
    statement: { Principal: { Federated: 'cognito-identity.amazonaws.com' } },
    allowed: false,
  },
  {
    name: 'a service principal',
    statement: { Principal: { Service: 'ec2.amazonaws.com' } },
    allowed: false,
  },
  {
    name: 'a wildcard within the principal',
    statement: { Principal: { Federated: '*' } },
    allowed: false,
  },
  {
    name: 'an action list',
    statement: { Action: ['x', 'sts:AssumeRoleWithWebIdentity'] },
    allowed: true,
  },
  { name: 'an action wildcard', statement: { Action: 'sts:Assume*' }, allowed: true },
  {
    name: 'an action in another case',
    statement: { Action: 'STS:assumerolewithwebidentity' },
    allowed: true,
  },
  { name: 'sts:AssumeRole', statement: { Action: 'sts:AssumeRole' }, allowed: false },
  { name: 'an empty list of actions', statement: { Action: [] }, allowed: false },
];

const AUD = 'accounts.google.com:aud';
const OAUD = 'accounts.google.com:oaud';
const ABSENT = 'accounts.google.com:email';

const CONDITION_CASES: [name: string, block: ConditionBlock, holds: boolean][] = [
  ['all keys equal', { StringEquals: { [AUD]: '1122', [OAUD]: 'sts.amazonaws.com' } }, true],
  ['one of two keys differs', { StringEquals: { [AUD]: '1122', [OAUD]: 'other' } }, false],
  ['one of several values is equal', { StringEquals: { [AUD]: ['9', '1122'] } }, true],
  ['a list without values', { StringEquals: { [AUD]: [] } }, false],
  ['the key in another case', { StringEquals: { 'Accounts.Google.com:AUD': '1122' } }, true],
  ['the value in another case', { StringEquals: { [OAUD]: 'STS.amazonaws.com' } }, false],
  ['…EqualsIgnoreCase', { StringEqualsIgnoreCase: { [OAUD]: 'STS.amazonaws.com' } }, true],
  ['a wildcard under StringEquals', { StringEquals: { [OAUD]: 'sts.*' } }, false],
  ['a wildcard under StringLike', { StringLike: { [OAUD]: 'sts.*.co?' } }, true],
  ['a dot is not a wildcard', { StringLike: { [OAUD]: 'sts.amazonaws.c.m' } }, false],
  ['StringLike matches the whole value', { StringLike: { [OAUD]: 'sts' } }, false],
  ['StringNotEquals of another value', { StringNotEquals: { [AUD]: '9' } }, true],
  ['StringNotEquals of one of the values', { StringNotEquals: { [AUD]: ['9', '1122'] } }, false],
  ['StringNotLike of a match', { StringNotLike: { [OAUD]: 'sts.*' } }, false],
  ['an absent key', { StringEquals: { [ABSENT]: 'a@example.com' } }, false],
  ['an absent key, negated', { StringNotEquals: { [ABSENT]: 'a@example.com' } }, true],
  ['an absent key, …IfExists', { StringEqualsIfExists: { [ABSENT]: 'a@example.com' } }, true],
  ['a present key that differs, …IfExists', { StringEqualsIfExists: { [AUD]: '9' } }, false],
  ['Null of an absent key', { Null: { [ABSENT]: 'true' } }, true],
  ['Null of a present key', { Null: { [AUD]: true } }, false],
  ['ForAnyValue of a match', { 'ForAnyValue:StringEquals': { [AUD]: ['9', '1122'] } }, true],
  ['ForAnyValue of an absent key', { 'ForAnyValue:StringEquals': { [ABSENT]: 'x' } }, false],
  ['ForAllValues of an absent key', { 'ForAllValues:StringEquals': { [ABSENT]: 'x' } }, true],
  ['ForAllValues of a value outside', { 'ForAllValues:StringLike': { [AUD]: '9*' } }, false],
  ['NumericEquals', { NumericEquals: { [AUD]: 1122 } }, true],
  [
    'two operators, both hold',
    { StringEquals: { [AUD]: '1122' }, StringLike: { [OAUD]: '*' } },
    true,
  ],
  [
    'two operators, one fails',
    { StringEquals: { [AUD]: '1122' }, StringLike: { [OAUD]: 'x' } },
    false,
  ],
  ['an operator that does not exist', { StringMatches: { [AUD]: '1122' } }, false],
  ['a quantifier that does not exist', { 'ForSomeValue:StringEquals': { [AUD]: '1122' } }, false],
];

describe('isAllowed', () => {
  for (const { name, statement, allowed } of STATEMENT_CASES) {
    test(`${allowed ? 'accepts' : 'refuses'} by ${name}`, () => {
      assert.equal(allows({ ...STATEMENT, ...statement }), allowed);
    });
  }

  for (const [name, block, holds] of CONDITION_CASES) {
    test(`${holds ? 'accepts' : 'refuses'} by condition: ${name}`, () => {
      assert.equal(allows({ ...STATEMENT, Condition: block }), holds);
    });
  }

  test('refuses by an empty policy', () => {
    assert.equal(allows(), false);
  });

  test('takes a single statement as well as a list', () => {
    const policy: TrustPolicy = { Statement: STATEMENT };
    assert.equal(isAllowed(policy, REQUEST), true);
  });

  test('accepts by any of several statements', () => {
    assert.equal(allows({ ...STATEMENT, Action: 'sts:TagSession' }, STATEMENT), true);
  });

  test('lets Deny win over Allow', () => {
    assert.equal(allows(STATEMENT, { ...STATEMENT, Effect: 'Deny', Principal: '*' }), false);
  });

  test('ignores a Deny whose condition does not hold', () => {
    const deny = { StringEquals: { 'sts:RoleSessionName': 'job-8' } };
    assert.equal(allows(STATEMENT, { ...STATEMENT, Effect: 'Deny', Condition: deny }), true);
  });

  test('keeps a Deny whose operator it does not know', () => {
    const deny = { StringMatches: { 'sts:RoleSessionName': 'job-8' } };
    assert.equal(allows(STATEMENT, { ...STATEMENT, Effect: 'Deny', Condition: deny }), false);
  });

  test('refuses several values where a single-valued operator asks', () => {
    const Condition = { StringEquals: { [OAUD]: ['a', 'b'] } };
    const policy: TrustPolicy = { Statement: { ...STATEMENT, Condition } };
    const context = { [OAUD]: ['a', 'b'] };
    assert.equal(isAllowed(policy, { ...REQUEST, context }), false);
  });
});
