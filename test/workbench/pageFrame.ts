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

/** What axe finds in a page, with where. */
export async function violations(frame: Frame): Promise<[string, string[]][]> {
  await frame.evaluate(axe.source);
  const results: axe.AxeResults = await frame.evaluate('axe.run()');
  return results.violations.map(({ id, nodes }) => [
    id,
    nodes.map(node => `${node.html} ${node.failureSummary}`),
  ]);
}
