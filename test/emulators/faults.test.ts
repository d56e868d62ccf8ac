import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createFaultPlan, type HttpFault } from './faults.ts';

const HANG: HttpFault = { kind: 'hang' };
const RESET: HttpFault = { kind: 'reset' };
const createPlan = () =>
  createFaultPlan<HttpFault>(['hang', 'reset'], (_, route) => route !== 'jwks');

describe('createFaultPlan', () => {
  test('has no fault to begin with', () => {
    assert.equal(createPlan().take('identity'), undefined);
  });

  test('gives a fault as many times as asked, in the order of the calls', () => {
    const plan = createPlan();
    plan.next(HANG, 2);
    plan.next(RESET);
    const taken = [1, 2, 3, 4].map(() => plan.take('identity'));
    assert.deepEqual(taken, [HANG, HANG, RESET, undefined]);
  });

  test('prefers a queued fault to a lasting one, and the latest lasting one', () => {
    const plan = createPlan();
    plan.always(RESET);
    plan.always(HANG);
    plan.next(RESET);
    assert.deepEqual(
      [1, 2, 3].map(() => plan.take('identity')),
      [RESET, HANG, HANG],
    );
  });

  test('keeps a fault for the route that it was planned on', () => {
    const plan = createPlan();
    plan.next(HANG, 1, { on: 'email' });
    assert.equal(plan.take('identity'), undefined);
    assert.equal(plan.take('email'), HANG);
    assert.equal(plan.take('email'), undefined);
  });

  test('leaves a route where a fault does not apply alone, unless the route is named', () => {
    const plan = createPlan();
    plan.always(HANG);
    assert.equal(plan.take('jwks'), undefined);
    plan.always(HANG, { on: 'jwks' });
    assert.equal(plan.take('jwks'), HANG);
  });

  test('forgets everything on clear', () => {
    const plan = createPlan();
    plan.always(HANG);
    plan.next(RESET, 5);
    plan.clear();
    assert.equal(plan.take('identity'), undefined);
  });
});
