import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { renderAdmission } from '../../../../manifests/kubernetes/admission/render.ts';
import { buildSettings } from '../../settings-fixture.ts';

function renderConfigMap(...assignments: string[]): Record<string, string> {
  const settings = buildSettings('kubernetes.image=init:1', ...assignments);
  return parse(renderAdmission(settings)['config-map.yaml'] ?? '').data;
}

describe('the ConfigMap of admission', () => {
  test('holds the audience and the duration that the pods are to ask for', () => {
    const data = renderConfigMap('aws.audience=my-audience', 'kubernetes.durationSeconds=1800');
    assert.equal(data['audience'], 'my-audience');
    assert.equal(data['duration-seconds'], '1800');
  });

  test('leaves out what the executable does by default', () => {
    assert.deepEqual(Object.keys(renderConfigMap()), ['role-arn', 'region', 'mode']);
  });
});
