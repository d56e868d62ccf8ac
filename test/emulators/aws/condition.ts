/** The Condition block of an IAM policy statement. */
import { matchesWildcard } from './wildcard.ts';

/** Operator → condition key → the value or values, any of which suffices. */
export type ConditionBlock = Record<string, Record<string, ConditionValue>>;
export type ConditionValue = string | number | boolean | (string | number | boolean)[];

/** Condition key → its value or values in this request. */
export type ConditionContext = Record<string, string | string[]>;

/** An operator: how one value of the request compares with one of the policy. */
interface Comparison {
  compare: (actual: string, wanted: string) => boolean;
  /** Holds when none of the policy's values matches, and when the key is absent. */
  negated?: true;
}

const equals = (actual: string, wanted: string) => actual === wanted;
const equalsIgnoreCase = (actual: string, wanted: string) =>
  actual.toLowerCase() === wanted.toLowerCase();
const like = (actual: string, wanted: string) => matchesWildcard(wanted, actual);
const equalsNumber = (actual: string, wanted: string) => Number(actual) === Number(wanted);

const COMPARISONS = new Map<string, Comparison>([
  ['StringEquals', { compare: equals }],
  ['StringNotEquals', { compare: equals, negated: true }],
  ['StringEqualsIgnoreCase', { compare: equalsIgnoreCase }],
  ['StringNotEqualsIgnoreCase', { compare: equalsIgnoreCase, negated: true }],
  ['StringLike', { compare: like }],
  ['StringNotLike', { compare: like, negated: true }],
  ['ArnEquals', { compare: like }],
  ['ArnLike', { compare: like }],
  ['ArnNotEquals', { compare: like, negated: true }],
  ['ArnNotLike', { compare: like, negated: true }],
  ['NumericEquals', { compare: equalsNumber }],
  ['NumericNotEquals', { compare: equalsNumber, negated: true }],
  ['Bool', { compare: equalsIgnoreCase }],
]);

const OPERATOR =
  /^(?:(?<quantifier>ForAnyValue|ForAllValues):)?(?<name>[A-Za-z]+?)(?<ifExists>IfExists)?$/;

interface Operator {
  quantifier: string | undefined;
  comparison: Comparison;
  ifExists: boolean;
}

/**
 * Whether every condition of the block holds.
 * @param unknownOperator what an operator that is not known here counts as
 * Source: IAM user guide, "Conditions with multiple context keys or values" and "Condition
 * operators" (absent keys, …IfExists, ForAnyValue, ForAllValues).
 */
export function conditionsHold(
  block: ConditionBlock,
  context: ConditionContext,
  { unknownOperator }: { unknownOperator: boolean },
): boolean {
  return Object.entries(block).every(([operatorName, conditions]) =>
    Object.entries(conditions).every(([key, value]) => {
      const actual = findValues(context, key);
      const wanted = [value].flat().map(String);
      if (operatorName === 'Null') return wanted.includes(String(actual === undefined));
      const operator = parseOperator(operatorName);
      return operator ? holds(operator, actual, wanted) : unknownOperator;
    }),
  );
}

function parseOperator(text: string): Operator | undefined {
  const { quantifier, name = '', ifExists } = OPERATOR.exec(text)?.groups ?? {};
  const comparison = COMPARISONS.get(name);
  return comparison && { quantifier, comparison, ifExists: ifExists !== undefined };
}

/** Condition keys are looked up without regard to case. */
function findValues(context: ConditionContext, key: string): string[] | undefined {
  const found = Object.entries(context).find(([name]) => equalsIgnoreCase(name, key));
  return found && [found[1]].flat();
}

function holds(operator: Operator, actual: string[] | undefined, wanted: string[]): boolean {
  const { quantifier, comparison, ifExists } = operator;
  const { compare, negated = false } = comparison;
  if (actual === undefined) {
    return ifExists || quantifier === 'ForAllValues' || (negated && quantifier === undefined);
  }
  const valueHolds = (value: string) => wanted.some((each) => compare(value, each)) !== negated;
  if (quantifier === 'ForAllValues') return actual.every(valueHolds);
  if (quantifier === 'ForAnyValue') return actual.some(valueHolds);
  return actual.length === 1 && actual.every(valueHolds);
}
