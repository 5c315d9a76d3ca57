import { openWorkbench } from './workbench';

/** What a user sees in the themes that differ most: pictures for people to look at. */
describe('the questions for certificates', function () {
  this.timeout(180_000);

  for (const theme of ['Dark 2026', 'Default High Contrast']) {
    it(`can be read in ${theme}`, async () => {
      const workbench = await openWorkbench({ theme });
      try {
        const { page } = workbench;
        await page.locator('.explorer-folders-view').getByText('firmware.elf').waitFor();
        await workbench.command('Generate Certificates…');
        await page.locator('.quick-input-list').getByText('Use Defaults').waitFor();
        await workbench.screenshot(`certificates-defaults-${theme.replaceAll(' ', '-').toLowerCase()}`);
      } finally {
        await workbench.close();
      }
    });
  }
});
