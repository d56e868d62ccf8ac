import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is truthy, and returns it. Throws, naming the condition, when it never is. */
export async function poll<T>(
  condition: string,
  ask: () => Promise<T | undefined | false>,
  deadlineMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`not in ${deadlineMs} ms: ${condition}`);
    await sleep(50);
  }
}
