/** What the metadata server knows about a machine, as the tree it is served from. */
import type { Instance, ServiceAccount } from './id-token.ts';
import type { MetadataTree } from './metadata-tree.ts';

export interface MetadataValues {
  serviceAccounts: ServiceAccount[];
  instance: Instance;
  instanceAttributes?: Record<string, string>;
  projectAttributes?: Record<string, string>;
}

/** The tree below `/computeMetadata/v1/`. The first account is the default one. */
export function buildMetadataTree(values: MetadataValues): MetadataTree {
  const { instance, instanceAttributes = {}, projectAttributes = {} } = values;
  return {
    instance: {
      attributes: instanceAttributes,
      id: instance.id,
      name: instance.name,
      'service-accounts': buildAccounts(values.serviceAccounts),
      zone: `projects/${instance.numericProjectId}/zones/${instance.zone}`,
    },
    project: {
      attributes: projectAttributes,
      'numeric-project-id': instance.numericProjectId,
      'project-id': instance.projectId,
    },
  };
}

/** Each account under its e-mail address, the first also under `default`. */
function buildAccounts(accounts: ServiceAccount[]): MetadataTree {
  const entries = accounts.flatMap(({ email }, index) => {
    const entry = {
      aliases: index === 0 ? 'default' : '',
      email,
      identity: null,
      scopes: 'https://www.googleapis.com/auth/cloud-platform\n',
      token: null,
    };
    return [...(index === 0 ? [['default', entry]] : []), [email, entry]];
  });
  return Object.fromEntries(entries);
}
