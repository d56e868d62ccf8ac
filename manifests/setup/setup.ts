/** `setup`: the gcloud and aws commands that give Dataflow workers their AWS role, as one script. */

import { resolveServiceAccount } from '../service-account.ts';
import type { Settings } from '../settings/table.ts';
import { buildTrustPolicy } from '../trust-policy.ts';
import { FIND_UNIQUE_ID, GRANT, WAIT_FOR_UNIQUE_ID } from './google-functions.ts';
import { renderForEach, renderScript, type Step } from './script.ts';
import { buildVariables } from './variables.ts';

/** Stands in the rendered trust policy for the unique id, which is known only once the account is. */
const UNIQUE_ID_PLACEHOLDER = '@UNIQUE_ID@';

/** Says what the script does, and whom the role trusts beside the service account that it sets up. */
function describePurpose(otherUniqueIds: readonly string[]): string {
  const others = otherUniqueIds.map((uniqueId) => `\n  ${toOneLine(uniqueId)}`).join('');
  const trusted =
    others === ''
      ? 'that Dataflow asks for, and an AWS role that trusts exactly that account.'
      : `that Dataflow asks for, and an AWS role that trusts that account and those with the unique ids${others}`;
  return `
Sets up the identity with which Dataflow workers reach AWS: a Google service account with the roles
${trusted}

What is there already is kept, or brought up to date with the values below.
Standard output gets the ARN of the AWS role, nothing else.`.trimStart();
}

/** A value in a comment: a line break would end the comment. */
function toOneLine(value: string): string {
  return value.replaceAll(/[\r\n]/g, ' ');
}

/** Renders the script that sets up the service account and the AWS role. */
export function renderSetup(settings: Settings): string {
  const { google, aws } = settings;
  const { idToCreate } = resolveServiceAccount(google);
  return renderScript({
    purpose: describePurpose(google.serviceAccountUniqueIds),
    variables: buildVariables(settings),
    functions: [FIND_UNIQUE_ID, WAIT_FOR_UNIQUE_ID, GRANT, writeTrustPolicyFunction(settings)],
    steps: [
      { title: 'Check the AWS account', commands: 'check_aws_account' },
      idToCreate === undefined ? FIND_ACCOUNT : CREATE_ACCOUNT,
      { title: 'Wait for the unique id of the service account', commands: 'wait_for_unique_id' },
      GRANT_WORKER,
      grantStorage(google.buckets),
      ...(google.tokenCreator ? [GRANT_TOKEN_CREATOR] : []),
      CREATE_OR_UPDATE_ROLE,
      attachPolicies(aws.role.policyArns),
    ],
    closing: CLOSING,
  });
}

/**
 * A quoted here-document, so that the shell changes nothing in it. JSON escapes line breaks, so no
 * value can put the closing word on a line of its own.
 */
function writeTrustPolicyFunction({ aws, google }: Settings): string {
  const uniqueIds = [UNIQUE_ID_PLACEHOLDER, ...google.serviceAccountUniqueIds];
  const policy = JSON.stringify(buildTrustPolicy(aws, uniqueIds), null, 2);
  return `# Whose tokens AWS accepts. AWS reads "aud" from the token's azp, "oaud" from its aud. All three are
# pinned: with the audience alone, anybody's token for that audience would do; without it, a token
# that the account sent to some other service could be used on AWS.
write_trust_policy() {
  sed "s/${UNIQUE_ID_PLACEHOLDER}/$unique_id/g" <<'JSON'
${policy}
JSON
}`;
}

const FIND_ACCOUNT: Step = {
  title: 'Find the service account',
  commands: `unique_id=$(find_unique_id)
[ -n "$unique_id" ] ||
  fail "There is no service account $service_account in project $service_account_project."`,
};

const CREATE_ACCOUNT: Step = {
  title: 'Create the service account, unless it is there',
  commands: `unique_id=$(find_unique_id)
if [ -z "$unique_id" ]; then
  gcloud iam service-accounts create "$service_account_id" \\
    --project "$service_account_project" --display-name 'Dataflow workers with an AWS role' >&2
fi`,
};

const GRANT_WORKER: Step = {
  title: 'Grant roles/dataflow.worker on the project',
  commands: `grant gcloud projects add-iam-policy-binding "$project" --role roles/dataflow.worker`,
};

function grantStorage(buckets: readonly string[]): Step {
  if (buckets.length === 0) {
    return {
      title: 'Grant roles/storage.objectAdmin on the project',
      commands: `# For staging and temporary files. To grant it on some buckets only, list them as google.buckets.
grant gcloud projects add-iam-policy-binding "$project" --role roles/storage.objectAdmin`,
    };
  }
  return {
    title: 'Grant roles/storage.objectAdmin on the buckets',
    commands: renderForEach(
      buckets.map((bucket) => `gs://${bucket}`),
      (url) => `grant gcloud storage buckets add-iam-policy-binding ${url} \\
  --role roles/storage.objectAdmin`,
    ),
  };
}

const GRANT_TOKEN_CREATOR: Step = {
  title: 'Grant roles/iam.serviceAccountTokenCreator on the service account itself',
  commands: `# Asked for by google.tokenCreator. Workers do not need it: the metadata server gives them their ID
# tokens without any role. It is for programs that call the IAM Credentials API as this account.
grant gcloud iam service-accounts add-iam-policy-binding "$service_account" \\
  --project "$service_account_project" --role roles/iam.serviceAccountTokenCreator`,
};

const CREATE_OR_UPDATE_ROLE: Step = {
  title: 'Create the AWS role, or update its trust policy',
  commands: `trust_policy=$(write_trust_policy)
found_arn=$(tolerate NoSuchEntity \\
  aws iam get-role --role-name "$role_name" --query Role.Arn --output text)
if [ -z "$found_arn" ]; then
  role_arn=$(aws iam create-role --role-name "$role_name" --path "$role_path" \\
    --description 'Assumed by Google Cloud Dataflow workers' \\
    --max-session-duration "$max_session_duration" \\
    --assume-role-policy-document "$trust_policy" --query Role.Arn --output text)
  aws iam wait role-exists --role-name "$role_name"
elif [ "$found_arn" = "$role_arn" ]; then
  aws iam update-assume-role-policy --role-name "$role_name" --policy-document "$trust_policy"
  aws iam update-role --role-name "$role_name" --max-session-duration "$max_session_duration"
else
  fail "The role's name is taken by $found_arn, and the path of a role cannot be changed."
fi`,
};

function attachPolicies(policyArns: readonly string[]): Step {
  return {
    title: 'Attach the policies to the AWS role',
    commands: renderForEach(
      policyArns,
      (arn) => `aws iam attach-role-policy --role-name "$role_name" --policy-arn ${arn}`,
    ),
  };
}

const CLOSING = `cat >&2 <<NEXT
Done. Next, build the worker image with the role in it:
  gcloud builds submit . --project $project --substitutions \\\\
    _IMAGE_URI=IMAGE_URI,_LOGS_DIR=gs://BUCKET/LOGS,_AWS_ROLE_ARN=$role_arn,_AWS_REGION=$aws_region
and run jobs with --service_account_email=$service_account
NEXT
printf '%s\\n' "$role_arn"`;
