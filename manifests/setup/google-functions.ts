/** Shell functions of the Google side. They use the variables of variables.ts. */

/**
 * By listing, because to describe an account that is not there may also answer PERMISSION_DENIED
 * (IAM API reference, serviceAccounts.get with the project wildcard that gcloud uses).
 */
export const FIND_UNIQUE_ID = `# Prints the service account's unique id, or nothing when there is no such account. By listing: asked
# for a missing account by name, Google may answer PERMISSION_DENIED.
find_unique_id() {
  gcloud iam service-accounts list --project "$service_account_project" \\
    --filter "email=$service_account" --format 'value(uniqueId)'
}`;

export const WAIT_FOR_UNIQUE_ID = `# A new service account shows up within a minute or so.
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
}`;

export const GRANT = `# grant COMMAND...: grants the service account a role by an add-iam-policy-binding command, which
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
}`;

export const KEEP = `# keep COMMAND...: leaves the service account a role, and prints the command that would take it.
keep() {
  say 'Kept, as it may be older than setup. To take it away:'
  say "  $* --member serviceAccount:$service_account --condition None"
}`;

export const REVOKE = `# revoke COMMAND...: takes a role from the service account by a remove-iam-policy-binding command,
# which fails when the binding is not there.
revoke() {
  tolerate 'Policy binding with the specified' \\
    "$@" --member "serviceAccount:$service_account" --condition None >/dev/null
}`;
