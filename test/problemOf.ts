import assert from 'node:assert/strict';
import { type Problem, ProblemError } from '../src/problems';

/** The Problem with which `action` ends; fails if it ends otherwise. */
export async function problemOf(action: Promise<unknown>): Promise<Problem> {
  try {
    await action;
  } catch (error) {
    assert.ok(error instanceof ProblemError, String(error));
    return error.problem;
  }
  return assert.fail('no problem was thrown');
}
