import axe from 'axe-core';
import type { Frame, Page } from 'playwright-core';

/** The document of a page of ours, inside VS Code's two frames: the one in which `selector` is. */
export async function pageFrame(page: Page, selector: string): Promise<Frame> {
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    for (const frame of page.frames()) {
      const found = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (found > 0) return frame;
    }
    await page.waitForTimeout(200);
  }
  throw new Error('The page did not appear.');
}

/** What axe finds in a page or in the part of it that `selector` names, with where. */
export async function violations(frame: Frame, selector?: string): Promise<[string, string[]][]> {
  await frame.evaluate(axe.source);
  const within = selector === undefined ? '' : JSON.stringify(selector);
  const results: axe.AxeResults = await frame.evaluate(`axe.run(${within})`);
  return results.violations.map(({ id, nodes }) => [
    id,
    nodes.map(node => `${node.html} ${node.failureSummary}`),
  ]);
}
