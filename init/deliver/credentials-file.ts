import { IdentityError } from '../errors.ts';
import type { Credentials } from '../ports.ts';
import { parseSharedFile, type SharedFileLine } from './shared-file.ts';

/** The old name of the session token goes too: botocore would prefer a stale one. */
const OWN_KEYS = new Set([
  'aws_access_key_id',
  'aws_secret_access_key',
  'aws_session_token',
  'aws_security_token',
]);

/**
 * Sets a profile's credentials in the text of a shared credentials file; other profiles, other
 * keys, comments, order and line ends stay as they are. Where a section occurs twice, the keys are
 * set in the first and removed from the others.
 * @param text the present content, empty for a new file
 * @throws IdentityError ERR_WRITE when a line cannot be understood: what is there is not lost
 */
export function setProfileCredentials(
  text: string,
  profile: string,
  credentials: Credentials,
): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = splitLines(text).map((line) => (line.endsWith('\n') ? line : line + lineEnd));
  const own = credentialLines(credentials).map((line) => line + lineEnd);
  const { kept, insertAt } = withoutOwnKeys(lines, profile);
  const updated =
    insertAt === undefined
      ? [...kept, ...(kept.length === 0 ? [] : [lineEnd]), `[${profile}]${lineEnd}`, ...own]
      : [...kept.slice(0, insertAt), ...own, ...kept.slice(insertAt)];
  return updated.join('');
}

/**
 * Removes a profile's credentials from the text of a shared credentials file, and nothing else.
 * @throws IdentityError ERR_WRITE when a line cannot be understood
 */
export function removeProfileCredentials(text: string, profile: string): string {
  return withoutOwnKeys(splitLines(text), profile).kept.join('');
}

interface Remainder {
  kept: string[];
  /** Index in `kept` after the last key of the profile's first section: no indented line of the
   * user's can become a continuation of ours there. Undefined without such a section. */
  insertAt: number | undefined;
}

/** @param lines with their line ends */
function withoutOwnKeys(lines: readonly string[], profile: string): Remainder {
  const kept: string[] = [];
  let insertAt: number | undefined;
  let sections = 0;
  for (const [index, parsed] of parseSharedFile(lines.map(withoutEnd)).entries()) {
    if (parsed === undefined) throw unreadable(index + 1);
    if (belongsTo(profile, parsed) && OWN_KEYS.has(parsed.key)) continue;
    kept.push(lines[index] ?? '');
    if (isHeaderOf(profile, parsed)) sections += 1;
    const inFirst = isHeaderOf(profile, parsed) || belongsTo(profile, parsed);
    if (inFirst && sections === 1) insertAt = kept.length;
  }
  return { kept, insertAt };
}

function splitLines(text: string): string[] {
  return text.split(/(?<=\n)/).filter(Boolean);
}

function withoutEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}

type SettingLine = Extract<SharedFileLine, { section: string }>;

function belongsTo(profile: string, line: SharedFileLine): line is SettingLine {
  return 'section' in line && line.section === profile;
}

function isHeaderOf(profile: string, line: SharedFileLine): boolean {
  return line.kind === 'section' && line.name === profile;
}

function credentialLines(credentials: Credentials): string[] {
  return [
    `aws_access_key_id = ${credentials.accessKeyId}`,
    `aws_secret_access_key = ${credentials.secretAccessKey}`,
    `aws_session_token = ${credentials.sessionToken}`,
  ];
}

function unreadable(lineNumber: number): IdentityError {
  return new IdentityError(
    'ERR_WRITE',
    `line ${lineNumber} is neither a section, a key, nor a comment; the file was left as it is`,
    { hint: 'mend or remove that line, or choose another file with --credentials-file' },
  );
}
