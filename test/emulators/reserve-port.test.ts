import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reservePort } from './reserve-port.ts';
import { startEmulators } from './start.ts';

test('reservePort gives a port where nobody listens and an emulator can start later', async (t) => {
  const port = await reservePort();
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`), { name: 'TypeError' });
  const emulators = await startEmulators({ metadata: { port } });
  t.after(emulators.close);
  assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 200);
});
