import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cel, toCel } from '../../../../manifests/kubernetes/admission/cel.ts';

describe('toCel', () => {
  const cases: { title: string; value: unknown; expression: string }[] = [
    {
      title: 'text, with what CEL would read otherwise',
      value: 'a "b"\\\n',
      expression: '"a \\"b\\"\\\\\\n"',
    },
    { title: 'a whole number', value: 65_532, expression: '65532' },
    { title: 'a truth value', value: false, expression: 'false' },
    { title: 'a list', value: ['a', 'b'], expression: '["a", "b"]' },
    { title: 'a map of texts as it is', value: { cpu: '50m' }, expression: '{"cpu": "50m"}' },
    {
      title: 'a map of several types as one of any',
      value: { name: 'a', port: 1 },
      expression: '{"name": dyn("a"), "port": dyn(1)}',
    },
    {
      title: 'an expression as it is',
      value: { env: cel('variables.env') },
      expression: '{"env": dyn(variables.env)}',
    },
  ];
  for (const { title, value, expression } of cases) {
    test(`writes ${title}`, () => {
      assert.equal(toCel(value), expression);
    });
  }

  for (const value of [undefined, null, 1.5, Number.NaN, () => 1]) {
    test(`refuses ${String(value)}, for which CEL has no literal here`, () => {
      assert.throws(() => toCel({ field: value }), /^TypeError: no CEL literal for/);
    });
  }
});
