#!/bin/sh
# Takes down what setup made with the values below: the AWS role, the Google roles that were granted,
# and the service account. Jobs that still run lose their access.
#
# What is gone already is passed over. A role to which somebody attached other policies is not deleted.
#
# It stops at the first failure, says which step failed, and can be run again.
# It needs the gcloud and aws commands, both signed in with permission to manage IAM.
# Progress goes to standard error.
set -eu

# --- Values ---------------------------------------------------------------------------------------
project='example-project'
service_account='dataflow-worker@example-project.iam.gserviceaccount.com'
service_account_project='example-project'
aws_account='123456789012'
aws_region='eu-west-1'
role_name='dataflow-reader'
role_arn='arn:aws:iam::123456789012:role/dataflow-reader'

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

# revoke COMMAND...: takes a role from the service account by a remove-iam-policy-binding command,
# which fails when the binding is not there.
revoke() {
  tolerate 'Policy binding with the specified' \
    "$@" --member "serviceAccount:$service_account" --condition None >/dev/null
}

# Prints the service account's unique id, or nothing when there is no such account. By listing: asked
# for a missing account by name, Google may answer PERMISSION_DENIED.
find_unique_id() {
  gcloud iam service-accounts list --project "$service_account_project" \
    --filter "email=$service_account" --format 'value(uniqueId)'
}

# --- Steps ----------------------------------------------------------------------------------------

step '1/7 Check the AWS account'
check_aws_account

step '2/7 Find the AWS role'
found_arn=$(tolerate NoSuchEntity \
  aws iam get-role --role-name "$role_name" --query Role.Arn --output text)
case $found_arn in
  '' | "$role_arn") ;;
  *) fail "The role's name is taken by $found_arn, which is not the one of setup." ;;
esac

step '3/7 Detach the policies from the AWS role'
tolerate NoSuchEntity \
  aws iam detach-role-policy --role-name "$role_name" --policy-arn 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'

step '4/7 Delete the AWS role'
[ -z "$found_arn" ] || aws iam delete-role --role-name "$role_name"

step '5/7 Revoke roles/storage.objectAdmin on the buckets'
revoke gcloud storage buckets remove-iam-policy-binding 'gs://example-project-dataflow' \
  --role roles/storage.objectAdmin

step '6/7 Revoke roles/dataflow.worker on the project'
revoke gcloud projects remove-iam-policy-binding "$project" --role roles/dataflow.worker

step '7/7 Delete the service account'
if [ -n "$(find_unique_id)" ]; then
  gcloud iam service-accounts delete "$service_account" --project "$service_account_project" >&2
fi

say 'Done.'
