import type { Steps } from './steps';

/** Milliseconds after which everybody else in the thread gets a turn. */
const maxInOneTurn = 10;

/**
 * Does work without keeping others waiting for more than `most` milliseconds. Undefined when it was given up because, after a turn,
 * nobody wants it any more.
 */
export async function cooperate<Result>(
  work: Steps<Result>,
  isWanted: () => boolean,
  most = maxInOneTurn,
): Promise<Result | undefined> {
  let began = performance.now();
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - began < most) continue;
    await new Promise(resolve => setImmediate(resolve));
    if (!isWanted()) return undefined;
    began = performance.now();
  }
}
