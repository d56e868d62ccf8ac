import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveServiceAccount } from '../../manifests/service-account.ts';
import { buildSettings } from './settings-fixture.ts';

const cases = [
  {
    claim: 'an id belongs to the project and is to be created',
    project: 'my-project',
    serviceAccount: 'dataflow-worker',
    expected: {
      email: 'dataflow-worker@my-project.iam.gserviceaccount.com',
      project: 'my-project',
      idToCreate: 'dataflow-worker',
    },
  },
  {
    claim: 'the e-mail of a domain-scoped project has the domain behind the name',
    project: 'example.com:my-project',
    serviceAccount: 'dataflow-worker',
    expected: {
      email: 'dataflow-worker@my-project.example.com.iam.gserviceaccount.com',
      project: 'example.com:my-project',
      idToCreate: 'dataflow-worker',
    },
  },
  {
    claim: 'an e-mail names an account, perhaps of another project, that exists',
    project: 'my-project',
    serviceAccount: 'worker@other-project.iam.gserviceaccount.com',
    expected: {
      email: 'worker@other-project.iam.gserviceaccount.com',
      project: 'other-project',
    },
  },
  {
    claim: 'an e-mail of a domain-scoped project leads back to that project',
    project: 'my-project',
    serviceAccount: 'worker@other.example.com.iam.gserviceaccount.com',
    expected: {
      email: 'worker@other.example.com.iam.gserviceaccount.com',
      project: 'example.com:other',
    },
  },
  {
    claim: "a default account of Google's belongs to the jobs' project",
    project: 'my-project',
    serviceAccount: '123456789012-compute@developer.gserviceaccount.com',
    expected: {
      email: '123456789012-compute@developer.gserviceaccount.com',
      project: 'my-project',
    },
  },
];

for (const { claim, project, serviceAccount, expected } of cases) {
  test(claim, () => {
    const { google } = buildSettings(
      `google.project=${project}`,
      `google.serviceAccount=${serviceAccount}`,
    );
    assert.deepEqual(resolveServiceAccount(google), expected);
  });
}
