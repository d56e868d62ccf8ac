import type { Given } from '../config/given.ts';
import { lookUpMissing, type Surroundings } from '../config/lookup.ts';
import { OPTIONS, type OptionName, optionsOf } from '../config/options.ts';
import {
  completeSettings,
  endpointProblems,
  type Settings,
  s3EndpointOf,
} from '../config/settings.ts';
import { VARIABLES } from '../contract.ts';
import { asIdentityError, type IdentityError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import { type Examined, type Fact, failed, passed } from './report.ts';

const NAME = 'configuration';
/** They say what `doctor` does, not what the other commands would work with. */
const OWN_OPTIONS: ReadonlySet<OptionName> = new Set([
  's3',
  'command',
  'json',
  'logFormat',
  'logLevel',
]);

/** Decides the settings as every command does, and shows where each value comes from. */
export async function examineConfiguration(
  given: Given,
  surroundings: Surroundings,
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
): Promise<Examined<Settings>> {
  try {
    await lookUpMissing(given, surroundings, deadlineMs, signal);
    if (given.values.s3) given.problems.push(...s3EndpointProblems(surroundings.env));
    const settings = completeSettings('doctor', given, surroundings.env);
    return { step: passed(NAME, optionFacts(given, settings)), found: settings };
  } catch (error) {
    signal.throwIfAborted();
    const failure = asIdentityError(error);
    const findings = problemsOf(failure);
    return { step: failed(NAME, optionFacts(given), { exitCode: failure.exitCode, findings }) };
  }
}

function s3EndpointProblems(env: Environment): string[] {
  return endpointProblems(VARIABLES.s3Endpoint, s3EndpointOf(env));
}

/** A configuration error lists its problems, one a line; any other has the one. */
function problemsOf({ message, hint }: IdentityError) {
  const [first = '', ...problems] = message.split('\n- ');
  if (problems.length === 0) return [{ problem: first, mend: hint }];
  return problems.map((problem) => ({ problem }));
}

function optionFacts({ values, sources }: Given, settings?: Settings): Fact[] {
  const decided: Readonly<Partial<Record<OptionName, unknown>>> = { ...values, ...settings };
  return optionsOf('doctor')
    .filter((name) => !OWN_OPTIONS.has(name) && (settings !== undefined || name in values))
    .map((name) => ({
      name: `--${OPTIONS[name].flag}`,
      value: show(name, decided[name]),
      source: sources[name] ?? 'default',
    }));
}

function show(name: OptionName, value: unknown): string {
  if (value === undefined) return name === 'port' ? 'a free one' : 'none';
  if (name === 'fileMode') return `0${Number(value).toString(8)}`;
  if (Array.isArray(value)) return value.join(', ') || 'none';
  return String(value);
}
