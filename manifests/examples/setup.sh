#!/bin/sh
# Sets up the identity with which Dataflow workers reach AWS: a Google service account with the roles
# that Dataflow asks for, and an AWS role that trusts exactly that account.
#
# What is there already is kept, or brought up to date with the values below.
# Standard output gets the ARN of the AWS role, nothing else.
#
# It stops at the first failure, says which step failed, and can be run again.
# It needs the gcloud and aws commands, both signed in with permission to manage IAM.
# Progress goes to standard error.
set -eu

# --- Values ---------------------------------------------------------------------------------------
project='example-project'
service_account='dataflow-worker@example-project.iam.gserviceaccount.com'
service_account_id='dataflow-worker'
service_account_project='example-project'
aws_account='123456789012'
aws_region='eu-west-1'
role_name='dataflow-reader'
role_path='/'
role_arn='arn:aws:iam::123456789012:role/dataflow-reader'
max_session_duration='3600'

# Neither command may ask a question or open a pager. IAM is global, but the region tells the aws
# command which partition's IAM to talk to.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1
export AWS_PAGER=''
export AWS_REGION="$aws_region" AWS_DEFAULT_REGION="$aws_region"

# --- Functions ------------------------------------------------------------------------------------

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

current_step=''
step() {
  current_step=$1
  say "==> $current_step"
}

# However the script ends: a failure is told with its step.
report_end() {
  status=$?
  if [ "$status" -ne 0 ]; then
    say "Failed at step $current_step."
    say 'The message above says why. Once that is mended, run the script again: it keeps what is done.'
  fi
  exit "$status"
}
trap report_end EXIT

# tolerate TEXT COMMAND...: runs COMMAND; a failure with TEXT in its message counts as success, as
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
}

check_aws_account() {
  signed_in=$(aws sts get-caller-identity --query Account --output text)
  [ "$signed_in" = "$aws_account" ] ||
    fail "The aws command is signed in to account $signed_in, not $aws_account."
}

# Prints the service account's unique id, or nothing when there is no such account. By listing: asked
# for a missing account by name, Google may answer PERMISSION_DENIED.
find_unique_id() {
  gcloud iam service-accounts list --project "$service_account_project" \
    --filter "email=$service_account" --format 'value(uniqueId)'
}

# A new service account shows up within a minute or so.
wait_for_unique_id() {
  attempts=24
  until unique_id=$(find_unique_id) && [ -n "$unique_id" ]; do
    attempts=$((attempts - 1))
    [ "$attempts" -gt 0 ] || fail "The service account $service_account has not shown up."
    sleep 5
  done
  case $unique_id in
    *[!0-9]*) fail "Not a unique id: $unique_id" ;;
  esac
}

# grant COMMAND...: grants the service account a role by an add-iam-policy-binding command, which
# changes nothing when the binding is there. A new account is unknown to IAM for a minute or so.
grant() {
  attempts=24
  until message=$("$@" --member "serviceAccount:$service_account" --condition None 2>&1 >/dev/null); do
    attempts=$((attempts - 1))
    case $message in
      *"$service_account"*'does not exist'* | *'Unknown service account'*) [ "$attempts" -gt 0 ] || fail "$message" ;;
      *) fail "$message" ;;
    esac
    say 'Waiting until IAM knows the service account'
    sleep 5
  done
}

# Whose tokens AWS accepts. AWS reads "aud" from the token's azp, "oaud" from its aud. All three are
# pinned: with the audience alone, anybody's token for that audience would do; without it, a token
# that the account sent to some other service could be used on AWS.
write_trust_policy() {
  sed "s/@UNIQUE_ID@/$unique_id/g" <<'JSON'
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {
        "Federated": "accounts.google.com"
      },
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "accounts.google.com:aud": "@UNIQUE_ID@",
          "accounts.google.com:oaud": "sts.amazonaws.com",
          "accounts.google.com:sub": "@UNIQUE_ID@"
        }
      }
    }
  ]
}
JSON
}

# --- Steps ----------------------------------------------------------------------------------------

step '1/7 Check the AWS account'
check_aws_account

step '2/7 Create the service account, unless it is there'
unique_id=$(find_unique_id)
if [ -z "$unique_id" ]; then
  gcloud iam service-accounts create "$service_account_id" \
    --project "$service_account_project" --display-name 'Dataflow workers with an AWS role' >&2
fi

step '3/7 Wait for the unique id of the service account'
wait_for_unique_id

step '4/7 Grant roles/dataflow.worker on the project'
grant gcloud projects add-iam-policy-binding "$project" --role roles/dataflow.worker

step '5/7 Grant roles/storage.objectAdmin on the buckets'
grant gcloud storage buckets add-iam-policy-binding 'gs://example-project-dataflow' \
  --role roles/storage.objectAdmin

step '6/7 Create the AWS role, or update its trust policy'
trust_policy=$(write_trust_policy)
found_arn=$(tolerate NoSuchEntity \
  aws iam get-role --role-name "$role_name" --query Role.Arn --output text)
if [ -z "$found_arn" ]; then
  role_arn=$(aws iam create-role --role-name "$role_name" --path "$role_path" \
    --description 'Assumed by Google Cloud Dataflow workers' \
    --max-session-duration "$max_session_duration" \
    --assume-role-policy-document "$trust_policy" --query Role.Arn --output text)
  aws iam wait role-exists --role-name "$role_name"
elif [ "$found_arn" = "$role_arn" ]; then
  aws iam update-assume-role-policy --role-name "$role_name" --policy-document "$trust_policy"
  aws iam update-role --role-name "$role_name" --max-session-duration "$max_session_duration"
else
  fail "The role's name is taken by $found_arn, and the path of a role cannot be changed."
fi

step '7/7 Attach the policies to the AWS role'
aws iam attach-role-policy --role-name "$role_name" --policy-arn 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

cat >&2 <<NEXT
Done. Next, build the worker image with the role in it:
  gcloud builds submit . --project $project --substitutions \\
    _IMAGE_URI=IMAGE_URI,_LOGS_DIR=gs://BUCKET/LOGS,_AWS_ROLE_ARN=$role_arn,_AWS_REGION=$aws_region
and run jobs with --service_account_email=$service_account
NEXT
printf '%s\n' "$role_arn"
