/** `setup --teardown`: the reverse of setup, as one script. */

import { resolveServiceAccount } from '../service-account.ts';
import type { Settings } from '../settings/table.ts';
import { FIND_UNIQUE_ID, REVOKE } from './google-functions.ts';
import { renderForEach, renderScript, type Step } from './script.ts';
import { buildVariables } from './variables.ts';

const PURPOSE = `
Takes down what setup made with the values below: the AWS role, the Google roles that were granted,
and the service account if setup creates it. Jobs that still run lose their access.

What is gone already is passed over. A role to which somebody attached other policies is not deleted.`.trimStart();

/** Renders the script that undoes setup, in the reverse order: AWS first, so that access ends at once. */
export function renderTeardown(settings: Settings): string {
  const { google, aws } = settings;
  const creates = resolveServiceAccount(google).idToCreate !== undefined;
  return renderScript({
    purpose: PURPOSE,
    variables: buildVariables(settings),
    functions: [REVOKE, ...(creates || google.tokenCreator ? [FIND_UNIQUE_ID] : [])],
    steps: [
      { title: 'Check the AWS account', commands: 'check_aws_account' },
      FIND_ROLE,
      detachPolicies(aws.role.policyArns),
      DELETE_ROLE,
      ...(google.tokenCreator ? [REVOKE_TOKEN_CREATOR] : []),
      revokeStorage(google.buckets),
      REVOKE_WORKER,
      ...(creates ? [DELETE_ACCOUNT] : []),
    ],
    closing: "say 'Done.'",
  });
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
  revoke gcloud iam service-accounts remove-iam-policy-binding "$service_account" \\
    --project "$service_account_project" --role roles/iam.serviceAccountTokenCreator
fi`,
};

function revokeStorage(buckets: readonly string[]): Step {
  if (buckets.length === 0) {
    return {
      title: 'Revoke roles/storage.objectAdmin on the project',
      commands: `revoke gcloud projects remove-iam-policy-binding "$project" --role roles/storage.objectAdmin`,
    };
  }
  return {
    title: 'Revoke roles/storage.objectAdmin on the buckets',
    commands: renderForEach(
      buckets.map((bucket) => `gs://${bucket}`),
      (url) => `revoke gcloud storage buckets remove-iam-policy-binding ${url} \\
  --role roles/storage.objectAdmin`,
    ),
  };
}

const REVOKE_WORKER: Step = {
  title: 'Revoke roles/dataflow.worker on the project',
  commands: `revoke gcloud projects remove-iam-policy-binding "$project" --role roles/dataflow.worker`,
};

const DELETE_ACCOUNT: Step = {
  title: 'Delete the service account',
  commands: `if [ -n "$(find_unique_id)" ]; then
  gcloud iam service-accounts delete "$service_account" --project "$service_account_project" >&2
fi`,
};
