/** `setup --teardown`: the reverse of setup, as one script. */

import { resolveServiceAccount } from '../service-account.ts';
import type { Settings } from '../settings/table.ts';
import { FIND_UNIQUE_ID, KEEP, REVOKE } from './google-functions.ts';
import { renderForEach, renderScript, type Step } from './script.ts';
import { buildVariables } from './variables.ts';

const OWN_ACCOUNT = `
Takes down what setup made with the values below: the AWS role, the Google roles that were granted,
and the service account. Jobs that still run lose their access.`.trimStart();

const GIVEN_ACCOUNT = `
Takes down the AWS role that setup made with the values below. Jobs that still run lose their access.
The service account was there before setup: it is kept, and so are its Google roles, which it may
have had before. The commands that take them away are printed.`.trimStart();

const PASSED_OVER = `

What is gone already is passed over. A role to which somebody attached other policies is not deleted.`;

/** Renders the script that undoes setup, in the reverse order: AWS first, so that access ends at once. */
export function renderTeardown(settings: Settings): string {
  const { google, aws } = settings;
  const creates = resolveServiceAccount(google).idToCreate !== undefined;
  return renderScript({
    purpose: `${creates ? OWN_ACCOUNT : GIVEN_ACCOUNT}${PASSED_OVER}`,
    variables: buildVariables(settings),
    functions: creates ? [REVOKE, FIND_UNIQUE_ID] : [KEEP],
    steps: [
      { title: 'Check the AWS account', commands: 'check_aws_account' },
      FIND_ROLE,
      detachPolicies(aws.role.policyArns),
      DELETE_ROLE,
      ...(creates ? dropAccount(google) : keepAccount(google)),
    ],
    closing: "say 'Done.'",
  });
}

/** Steps for an account that setup created: its roles go, and then the account. */
function dropAccount({ tokenCreator, buckets }: Settings['google']): readonly Step[] {
  return [
    ...(tokenCreator ? [REVOKE_TOKEN_CREATOR] : []),
    {
      title: `Revoke roles/storage.objectAdmin on ${buckets.length === 0 ? 'the project' : 'the buckets'}`,
      commands: renderStorage('revoke', buckets),
    },
    { title: 'Revoke roles/dataflow.worker on the project', commands: `revoke ${TAKE_WORKER}` },
    DELETE_ACCOUNT,
  ];
}

/** Nobody can tell a role that the account had before setup from one that setup granted. */
function keepAccount({ tokenCreator, buckets }: Settings['google']): readonly Step[] {
  const commands = [
    ...(tokenCreator ? [`keep ${TAKE_TOKEN_CREATOR}`] : []),
    renderStorage('keep', buckets),
    `keep ${TAKE_WORKER}`,
  ];
  return [{ title: 'Keep the service account and its roles', commands: commands.join('\n') }];
}

const TAKE_WORKER =
  'gcloud projects remove-iam-policy-binding "$project" --role roles/dataflow.worker';

const TAKE_TOKEN_CREATOR = `gcloud iam service-accounts remove-iam-policy-binding "$service_account" \\
    --project "$service_account_project" --role roles/iam.serviceAccountTokenCreator`;

function renderStorage(verb: 'keep' | 'revoke', buckets: readonly string[]): string {
  if (buckets.length === 0) {
    return `${verb} gcloud projects remove-iam-policy-binding "$project" --role roles/storage.objectAdmin`;
  }
  return renderForEach(
    buckets.map((bucket) => `gs://${bucket}`),
    (url) => `${verb} gcloud storage buckets remove-iam-policy-binding ${url} \\
  --role roles/storage.objectAdmin`,
  );
}

const FIND_ROLE: Step = {
  title: 'Find the AWS role',
  commands: `found_arn=$(tolerate NoSuchEntity \\
  aws iam get-role --role-name "$role_name" --query Role.Arn --output text)
case $found_arn in
  '' | "$role_arn") ;;
  *) fail "The role's name is taken by $found_arn, which is not the one of setup." ;;
esac`,
};

function detachPolicies(policyArns: readonly string[]): Step {
  return {
    title: 'Detach the policies from the AWS role',
    commands: renderForEach(
      policyArns,
      (arn) => `tolerate NoSuchEntity \\
  aws iam detach-role-policy --role-name "$role_name" --policy-arn ${arn}`,
    ),
  };
}

const DELETE_ROLE: Step = {
  title: 'Delete the AWS role',
  commands: `[ -z "$found_arn" ] || aws iam delete-role --role-name "$role_name"`,
};

const REVOKE_TOKEN_CREATOR: Step = {
  title: 'Revoke roles/iam.serviceAccountTokenCreator on the service account itself',
  commands: `if [ -n "$(find_unique_id)" ]; then
  revoke ${TAKE_TOKEN_CREATOR}
fi`,
};

const DELETE_ACCOUNT: Step = {
  title: 'Delete the service account',
  commands: `if [ -n "$(find_unique_id)" ]; then
  gcloud iam service-accounts delete "$service_account" --project "$service_account_project" >&2
fi`,
};
