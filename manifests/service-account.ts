import type { Settings } from './settings/table.ts';

/** The workers' service account, from google.serviceAccount. */
export type ServiceAccount = {
  readonly email: string;
  /** Project that the account belongs to, which need not be the one that the jobs run in. */
  readonly project: string;
  /** Account id when setup is to create the account; an e-mail names one that somebody else manages. */
  readonly idToCreate?: string;
};

/**
 * Works out e-mail and project of the service account.
 *
 * Accounts are named ID@PROJECT.iam.gserviceaccount.com; a domain-scoped project `example.com:name`
 * appears there as `name.example.com`. Google's default accounts (…@developer.gserviceaccount.com)
 * do not name their project: it is the jobs' own.
 */
export function resolveServiceAccount(google: Settings['google']): ServiceAccount {
  const { project, serviceAccount } = google;
  if (!serviceAccount.includes('@')) {
    const [name = '', domain] = project.split(':').reverse();
    const host = domain === undefined ? name : `${name}.${domain}`;
    const email = `${serviceAccount}@${host}.iam.gserviceaccount.com`;
    return { email, project, idToCreate: serviceAccount };
  }
  const host = serviceAccount.match(/@(.+)\.iam\.gserviceaccount\.com$/)?.[1];
  if (host === undefined) return { email: serviceAccount, project };
  const [name = '', ...domain] = host.split('.');
  const owner = domain.length === 0 ? name : `${domain.join('.')}:${name}`;
  return { email: serviceAccount, project: owner };
}
