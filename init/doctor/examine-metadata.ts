import { asIdentityError } from '../errors.ts';
import type { MetadataReader } from '../ports.ts';
import type { Patience } from './ports.ts';
import { type Examined, type Fact, type Finding, failedBy, passed } from './report.ts';
import { tryUntilDeadline } from './try-until-deadline.ts';

const NAME = 'metadata server';

/** What the metadata server tells of the service account; its unique id is in the ID token only. */
export interface KnownAccount {
  /** Undefined where no such account is attached. */
  email: string | undefined;
}

/** Asks the metadata server for the project and the service account, and how long it takes. */
export async function examineMetadata(
  serviceAccount: string,
  metadata: MetadataReader,
  patience: Patience,
): Promise<Examined<KnownAccount>> {
  const { clock, signal } = patience;
  const startMs = clock.nowMs();
  const facts: Fact[] = [];
  const read = (path: string) =>
    tryUntilDeadline((trySignal) => metadata.read(path, trySignal), patience);
  try {
    const project = await read('project/project-id');
    facts.push({ name: 'answered in', value: `${Math.round(clock.nowMs() - startMs)} ms` });
    facts.push({ name: 'project', value: project ?? 'unknown' });
    const account = encodeURIComponent(serviceAccount);
    const email = await read(`instance/service-accounts/${account}/email`);
    facts.push({ name: 'service account', value: email ?? 'none attached' });
    return { step: passed(NAME, facts, poolFindings(email)), found: { email } };
  } catch (error) {
    signal.throwIfAborted();
    return { step: failedBy(NAME, facts, asIdentityError(error)) };
  }
}

/** What GKE's metadata server says of a Kubernetes service account without a Google one. */
function poolFindings(email: string | undefined): Finding[] {
  if (!email?.endsWith('.svc.id.goog')) return [];
  return [
    {
      problem: `The pod has no Google service account, only the identity pool ${email}, which gets no ID tokens`,
      mend: 'annotate the Kubernetes service account with iam.gke.io/gcp-service-account, and grant it roles/iam.workloadIdentityUser on that account',
    },
  ];
}
