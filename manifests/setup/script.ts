/** The frame of a rendered script: header, values, functions, and steps that can be run again. */

import { renderAssignments, shellQuote } from '../shell-quote.ts';

/** One step. Titles and commands are ours; what users give reaches them only as variables. */
export type Step = { readonly title: string; readonly commands: string };

export type Script = {
  /** Comment lines at the top: what the script does. */
  readonly purpose: string;
  /** Values by the name of their shell variable; those that no command uses are left out. */
  readonly variables: { readonly [name: string]: string };
  /** Shell functions beside those that every script has. */
  readonly functions: readonly string[];
  readonly steps: readonly Step[];
  /** Commands after the last step. */
  readonly closing: string;
};

/** Renders a POSIX shell script that stops at the first failure and says which step failed. */
export function renderScript(script: Script): string {
  const { steps } = script;
  const numbered = steps.map(({ title, commands }, index) =>
    joinLines(`step ${shellQuote(`${index + 1}/${steps.length} ${title}`)}`, commands),
  );
  const functions = [...FUNCTIONS, ...script.functions];
  const used = pickUsed(script.variables, [ENVIRONMENT, ...functions, ...numbered, script.closing]);
  const parts = [
    joinLines('#!/bin/sh', comment(script.purpose), comment(CONVENTIONS), 'set -eu'),
    joinLines(heading('Values'), renderAssignments(used), ENVIRONMENT),
    [heading('Functions'), ...functions].join('\n\n'),
    [heading('Steps'), ...numbered, script.closing].join('\n\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Renders a step's command once for each value, which it receives quoted. */
export function renderForEach(
  values: readonly string[],
  command: (quoted: string) => string,
): string {
  return values.map((value) => command(shellQuote(value))).join('\n');
}

const CONVENTIONS = `
It stops at the first failure, says which step failed, and can be run again.
It needs the gcloud and aws commands, both signed in with permission to manage IAM.
Progress goes to standard error.`;

const ENVIRONMENT = `
# Neither command may ask a question or open a pager. IAM is global, but the region tells the aws
# command which partition's IAM to talk to.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1
export AWS_PAGER=''
export AWS_REGION="$aws_region" AWS_DEFAULT_REGION="$aws_region"`;

const FUNCTIONS = [
  `say() { printf '%s\\n' "$*" >&2; }`,
  `fail() {
  say "$@"
  exit 1
}`,
  `current_step=''
step() {
  current_step=$1
  say "==> $current_step"
}`,
  `# However the script ends: a failure is told with its step.
report_end() {
  status=$?
  if [ "$status" -ne 0 ]; then
    say "Failed at step $current_step."
    say 'The message above says why. Once that is mended, run the script again: it keeps what is done.'
  fi
  exit "$status"
}
trap report_end EXIT`,
  `# tolerate TEXT COMMAND...: runs COMMAND; a failure with TEXT in its message counts as success, as
# where something need not be there. Any other failure is shown and passed on.
tolerate() {
  tolerated=$1
  shift
  {
    if message=$("$@" 2>&1 >&3 3>&-); then return 0; fi
  } 3>&1
  case $message in
    *"$tolerated"*) return 0 ;;
  esac
  say "$message"
  return 1
}`,
  `check_aws_account() {
  signed_in=$(aws sts get-caller-identity --query Account --output text)
  [ "$signed_in" = "$aws_account" ] ||
    fail "The aws command is signed in to account $signed_in, not $aws_account."
}`,
];

function pickUsed(variables: Script['variables'], texts: readonly string[]): Script['variables'] {
  const words = new Set(texts.join('\n').match(/\$\w+/g));
  return Object.fromEntries(Object.entries(variables).filter(([name]) => words.has(`$${name}`)));
}

function heading(title: string): string {
  return `# --- ${title} `.padEnd(100, '-');
}

function comment(text: string): string {
  return text
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
}

function joinLines(...lines: readonly string[]): string {
  return lines.join('\n');
}
