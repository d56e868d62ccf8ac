import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Settings } from '../../../manifests/settings/table.ts';
import { renderSetup } from '../../../manifests/setup/setup.ts';
import { renderTeardown } from '../../../manifests/setup/teardown.ts';
import { buildSettings } from '../settings-fixture.ts';
import { runRecorded } from './recording-commands.ts';

const ACCOUNT = '123456789012';
const EMAIL = 'dataflow-worker@example-project.iam.gserviceaccount.com';

/** The words of the commands that change something, without their trailing options. */
function summarise(script: string): string[] {
  return runRecorded(script, ACCOUNT)
    .filter((words) => !words.slice(2, 4).some((word) => /^(list|get-.*|wait)$/.test(word)))
    .map((words) => words.join(' ').replace(/ (--member|--description|--display-name) .*/s, ''));
}

function readOption(command: readonly string[], name: string): string {
  assert.ok(command.includes(name), `${name} is given`);
  return command[command.indexOf(name) + 1] ?? '';
}

describe('renderSetup', () => {
  test('grants, then creates the role, then attaches the policies', () => {
    assert.deepEqual(summarise(renderSetup(buildSettings())), [
      'gcloud projects add-iam-policy-binding example-project --role roles/dataflow.worker',
      'gcloud projects add-iam-policy-binding example-project --role roles/storage.objectAdmin',
      'aws iam create-role --role-name dataflow-reader --path /',
      'aws iam attach-role-policy --role-name dataflow-reader --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    ]);
  });

  test('grants storage on named buckets instead of the project', () => {
    const grants = summarise(renderSetup(buildSettings('google.buckets=first,second')));
    assert.deepEqual(grants.slice(0, 3), [
      'gcloud projects add-iam-policy-binding example-project --role roles/dataflow.worker',
      'gcloud storage buckets add-iam-policy-binding gs://first --role roles/storage.objectAdmin',
      'gcloud storage buckets add-iam-policy-binding gs://second --role roles/storage.objectAdmin',
    ]);
  });

  test('grants roles/iam.serviceAccountTokenCreator only when asked, on the account itself', () => {
    assert.doesNotMatch(renderSetup(buildSettings()), /serviceAccountTokenCreator/);
    const script = renderSetup(buildSettings('google.tokenCreator=true'));
    assert.ok(
      summarise(script).includes(
        `gcloud iam service-accounts add-iam-policy-binding ${EMAIL} --project example-project --role roles/iam.serviceAccountTokenCreator`,
      ),
    );
  });

  test('says in its header whom else the role trusts, and only then', () => {
    const alone = renderSetup(buildSettings());
    assert.match(alone, /^# .* an AWS role that trusts exactly that account\.$/m);
    const ids = ['112233445566778899002', '112233445566778899003'];
    const [header] = renderSetup(buildSettings(`google.serviceAccountUniqueIds=${ids}`)).split(
      'set -eu',
    );
    assert.doesNotMatch(header ?? '', /exactly/);
    for (const id of ids) assert.match(header ?? '', new RegExp(`^# {3}${id}$`, 'm'));
  });

  test('never creates an account that is given by its e-mail', () => {
    const script = renderSetup(buildSettings(`google.serviceAccount=${EMAIL}`));
    assert.doesNotMatch(script, /service-accounts create/);
  });

  test('passes the unique id, the path and the session duration to the role', () => {
    const settings = buildSettings(
      'aws.role.path=/data/',
      'aws.role.maxSessionDurationSeconds=7200',
    );
    const create = runRecorded(renderSetup(settings), ACCOUNT).find(
      (it) => it[2] === 'create-role',
    );
    assert.ok(create !== undefined);
    const policy = JSON.parse(readOption(create, '--assume-role-policy-document'));
    assert.equal(
      policy.Statement[0].Condition.StringEquals['accounts.google.com:sub'],
      '112233445566778899001',
    );
    assert.equal(readOption(create, '--path'), '/data/');
    assert.equal(readOption(create, '--max-session-duration'), '7200');
  });

  test('changes nothing when aws is signed in to another account', () => {
    const script = `(${renderSetup(buildSettings())}\n) || true`;
    const commands = runRecorded(script, '999999999999');
    assert.deepEqual(commands, [
      ['aws', 'sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'],
    ]);
  });
});

describe('renderTeardown', () => {
  test('revokes and deletes in the reverse order of setup', () => {
    const settings = buildSettings('google.buckets=first', 'google.tokenCreator=true');
    assert.deepEqual(summarise(renderTeardown(settings)), [
      'aws iam detach-role-policy --role-name dataflow-reader --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      `gcloud iam service-accounts remove-iam-policy-binding ${EMAIL} --project example-project --role roles/iam.serviceAccountTokenCreator`,
      'gcloud storage buckets remove-iam-policy-binding gs://first --role roles/storage.objectAdmin',
      'gcloud projects remove-iam-policy-binding example-project --role roles/dataflow.worker',
      `gcloud iam service-accounts delete ${EMAIL} --project example-project`,
    ]);
  });

  test('deletes and revokes nothing of an account that is given by its e-mail', () => {
    const settings = buildSettings(`google.serviceAccount=${EMAIL}`, 'google.tokenCreator=true');
    assert.doesNotMatch(renderTeardown(settings), /service-accounts delete/);
    assert.deepEqual(summarise(renderTeardown(settings)), [
      'aws iam detach-role-policy --role-name dataflow-reader --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
    ]);
  });
});

/** What the settings table refuses; the scripts must hold without it. */
const hostile = fc.string({
  unit: fc.constantFrom(
    ...["'", '"', '$(touch x)', '`touch x`', '\\', '\n', ' ', ';touch x;', '&', '|', '>x', '*'],
    ...['~', '#', '!', '\nJSON\n', '\nNEXT\n', '\ntouch x\n', "'\ntouch x\n'", '/', '-', 'a', 'é'],
  ),
  minLength: 1,
  maxLength: 12,
});

function hostileSettings(values: readonly string[]): Settings {
  const [a = '', b = '', c = '', d = '', e = '', f = '', g = ''] = values;
  return {
    google: {
      project: a,
      serviceAccount: b,
      serviceAccountUniqueIds: [c],
      buckets: [d, e],
      tokenCreator: true,
    },
    aws: {
      accountId: ACCOUNT,
      region: c,
      partition: d,
      federatedPrincipal: e,
      audience: f,
      role: { name: g, path: a, maxSessionDurationSeconds: 3600, policyArns: [b, f] },
    },
  } as Settings;
}

describe('values that are hostile to a shell', () => {
  const values = fc.array(hostile, { minLength: 7, maxLength: 7 });

  test('reach the commands of setup as single words and run nothing', () => {
    fc.assert(
      fc.property(values, (given) => {
        const { google, aws } = hostileSettings(given);
        const commands = runRecorded(renderSetup({ google, aws } as Settings), ACCOUNT);
        assert.deepEqual(new Set(commands.map(([name]) => name)), new Set(['gcloud', 'aws']));
        const words = commands.flat();
        for (const bucket of google.buckets) assert.ok(words.includes(`gs://${bucket}`));
        for (const arn of aws.role.policyArns) assert.ok(words.includes(arn));
        for (const value of [google.project, aws.role.name, aws.role.path]) {
          assert.ok(words.includes(value), JSON.stringify(value));
        }
        const create = commands.find((command) => command[2] === 'create-role');
        const policy = JSON.parse(readOption(create ?? [], '--assume-role-policy-document'));
        const [first] = policy.Statement;
        assert.equal(first.Principal.Federated, aws.federatedPrincipal);
        assert.ok(Object.values(first.Condition.StringEquals).includes(aws.audience));
      }),
      { numRuns: 40 },
    );
  });

  test('reach the commands of teardown as single words and run nothing', () => {
    fc.assert(
      fc.property(values, (given) => {
        const { google, aws } = hostileSettings(given);
        const commands = runRecorded(renderTeardown({ google, aws } as Settings), ACCOUNT);
        assert.deepEqual(new Set(commands.map(([name]) => name)), new Set(['gcloud', 'aws']));
        const words = commands.flat();
        for (const bucket of google.buckets) assert.ok(words.includes(`gs://${bucket}`));
        for (const arn of aws.role.policyArns) assert.ok(words.includes(arn));
      }),
      { numRuns: 40 },
    );
  });
});
